import Postgres
import Testing

@testable import RiskScorer

/// Reasons as people read them.
struct WordsTests {
    private func words(_ signal: Signal, _ evidence: String) throws -> String { try signal.words(JSONText(evidence)) }

    @Test(
        arguments: [
            (
                Signal.usageDrop, #"{"observed": 53, "baseline": 140.2, "drop": 0.621, "fleet_change": 0.02}"#,
                "Usage fell 62 % below its own usual (from 140 to 53 events a week)"
            ),
            (
                .usageDrop, #"{"observed": 0, "baseline": 140, "drop": 1, "fleet_change": -0.4}"#,
                "Usage fell 100 % below what is usual for it (from 140 to 0 events a week; everybody's fell 40 %)"
            ),
            (
                .usageDrop, #"{"observed": 1, "baseline": 300, "drop": 0.997, "fleet_change": null}"#,
                "Usage fell 99 % below its own usual (from 300 to 1 events a week)"
            ),
            (
                .inactivity, #"{"source": "usage", "silent_days": 21, "active": 24, "span": 26}"#,
                "Not used for 21 days; before that in 24 of 26 weeks"
            ),
            (
                .inactivity, #"{"source": "orders", "silent_days": 90, "active": 5, "span": 120, "every_days": 30.0}"#,
                "No order for 90 days; before that one every 30 days"
            ),
            (
                .dataExport, #"{"age_days": 0.02, "habit": 0, "exports": 1}"#,
                "Exported its data within the last hours, for the first time in 90 days"
            ),
            (
                .dataExport, #"{"age_days": 3.4, "habit": 2, "exports": 2}"#,
                "Exported its data 2 times, last 3 days ago, which it seldom does"
            ),
            (
                .paysNotUses, #"{"observed": 0, "last_on": null, "seats": 12}"#,
                "Pays for 12 seats, but has not used it at all"
            ),
            (.paysNotUses, #"{"observed": 0, "last_on": "2026-08-01"}"#, "Pays, but has not used it since 2026-08-01"),
            (
                .paysNotUses, #"{"observed": 1, "last_on": "2026-08-01", "seats": 1}"#,
                "Pays for 1 seats, but hardly uses it: 1 event in 30 days"
            ),
            (
                .orderDecline, #"{"observed": 0.303, "baseline": 1.41, "silent_days": 140}"#,
                "No order for 140 days: what to expect in 90 days fell 79 % (from 1.4 to 0.3 orders)"
            ),
            (
                .orderDecline, #"{"observed": 4.68, "baseline": 4.7, "silent_days": 1}"#,
                "No order for 1 day: what to expect in 90 days fell by less than 1 %"
            ),
            (
                .orderDecline, #"{"observed": 1.26, "baseline": 1.3, "silent_days": 9}"#,
                "No order for 9 days: what to expect in 90 days fell 3 %"
            ),
            (
                .orderOverdue,
                #"{"chance": 0.1234, "silent_days": 36, "every_days": 16.2, "left_days": 54, "lost_after_days": 90}"#,
                "No order for 36 days, one every 16 days before: 12 % that none comes in the 54 days until it counts as lost"
            ),
            (
                .orderOverdue,
                #"{"chance": 0.74, "silent_days": 1, "every_days": null, "left_days": 89, "lost_after_days": 90}"#,
                "One order, 1 day ago: 74 % that none comes in the 89 days until it counts as lost"
            ),
            (
                .orderOverdue,
                #"{"chance": 1, "silent_days": 120, "every_days": 16, "left_days": 0, "lost_after_days": 90}"#,
                "No order for 120 days: it counts as lost after 90"
            ),
        ] as [(Signal, String, String)])
    func evidenceInWords(_ signal: Signal, _ evidence: String, _ words: String) throws {
        #expect(try self.words(signal, evidence) == words)
    }

    @Test func evidenceOfAnotherSignalIsRefused() {
        for signal in Signal.all { #expect(throws: (any Error).self) { try words(signal, "{}") } }
    }
}
