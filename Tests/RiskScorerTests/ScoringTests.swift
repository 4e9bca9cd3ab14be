import Chassis
import Foundation
import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What the service does when something happens: rows, history and `risk.changed`.
struct ScoringTests {
    @Test func accountsWithoutAScoreAreScoredAtStart() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet()
            try await tenant.account("unknown", sendsUsage: false)

            try await tenant.serving {
                try await tenant.scored(26)
                try await tenant.idle()
            }

            #expect(try await tenant.published().flatMap(\.self).count == 26)
            #expect(try await tenant.number("select count(*) from risk.score_history") == 52)
            #expect(try await tenant.number("select count(*) from risk.signal_kind") == Int64(Signal.all.count))
            let unknown = try await tenant.owner.first(
                "select probability, (select count(*) from report.score_reason where account_key = 'unknown') as reasons "
                    + "from report.score where account_key = 'unknown' and horizon_days = 90")
            #expect(try #require(unknown)["reasons"] == 0 as Int64)
        }
    }

    @Test func anExportIsScoredAndToldOnce() async throws {
        try await Tenant.with { tenant in
            let account = try await tenant.account("acme")
            try await tenant.use("acme", 1...100)
            try await tenant.serving {
                try await tenant.scored(1)
                try await tenant.idle()
                let before = try await tenant.published().count

                try await tenant.event("acme", "Data Exported", at: .now)
                let subject = try await tenant.number("select id from usage.subject where key = 'acme'")
                try await tenant.publish(.usageRecorded, SubjectsTouched(subjects: [subject]))
                try await eventually("the export is scored") {
                    try await tenant.number(
                        "select count(*) from risk.signal where signal = 'data_export' and value > 0.9") == 1
                }
                try await tenant.publish(.accountChanged, AccountsTouched(accounts: [account]))
                try await tenant.idle()

                #expect(try await tenant.published().dropFirst(before) == [[account]])
            }
            let reason = try await tenant.owner.first(
                "select words, band from report.score_reason r join report.score s using (account_key, horizon_days) "
                    + "where horizon_days = 90 and rank = 1")
            let (words, band) = try #require(reason).decode(String.self, String.self)
            #expect(words.hasPrefix("Exported its data within the last hours") && band == "high")
        }
    }

    @Test func equalRowsAreNotWrittenAgain() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(5)
            try await tenant.use("fleet-1", 0...0, events: 50)
            let scorer = try await Scorer.make(try await tenant.runtime())
            let accounts: [Int64] = try await tenant.owner.query("select id from crm.account").map { try $0["id"] }
            let fleet = try await scorer.fleets.current()
            func score() async throws -> [Int64] {
                try await scorer.pool.transaction { try await scorer.score(accounts, fleet: fleet, in: $0) }
            }
            func rows() async throws -> [String] {
                try await tenant.owner.query(
                    """
                    select 'signal' || s::text || xmin as row from risk.signal s
                    union all select 'score' || s::text || xmin from risk.score s
                    union all select 'reason' || r::text || xmin from risk.score_reason r
                    union all select 'history' || h::text from risk.score_history h order by 1
                    """
                ).map { try $0["row"] }
            }

            #expect(try await score() == accounts.sorted())
            let before = try await rows()
            let told = try await tenant.published()
            #expect(try await score() == [])

            #expect(try await rows() == before)
            #expect(try await tenant.published() == told)
        }
    }

    @Test func twoAtOnceTellOnce() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(20, days: 1...40)
            let scorers = [
                try await Scorer.make(try await tenant.runtime()), try await Scorer.make(try await tenant.runtime()),
            ]
            let accounts: [Int64] = try await tenant.owner.query("select id from crm.account").map { try $0["id"] }

            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    let scorer = scorers[number % 2]
                    group.addTask {
                        let fleet = try await scorer.fleets.current()
                        _ = try await scorer.pool.transaction {
                            try await scorer.score(
                                number % 3 == 0 ? accounts.reversed() : accounts, fleet: fleet, in: $0)
                        }
                    }
                }
                try await group.waitForAll()
            }

            #expect(try await tenant.published().flatMap(\.self).sorted() == accounts.sorted())
            #expect(try await tenant.number("select count(*) from risk.score_history") == 40)
        }
    }

    @Test func aMergedAccountHasNoScoreAndAnUndoneOneHasAgain() async throws {
        try await Tenant.with { tenant in
            let (kept, gone) = (try await tenant.account("kept"), try await tenant.account("gone"))
            try await tenant.use("gone", 1...60)
            try await tenant.owner.execute(
                "insert into risk.verdict (account_id, verdict, said_by) values (\(gone), 'known', 'ines')")
            try await tenant.serving {
                try await tenant.scored(2)
                try await tenant.owner.execute("update crm.account set merged_into = \(kept) where id = \(gone)")
                try await tenant.publish(.accountMerged, AccountsTouched(accounts: [kept, gone]))
                try await tenant.scored(1)
                #expect(try await tenant.number("select account_id from risk.score limit 1") == kept)

                try await tenant.owner.execute("update crm.account set merged_into = null where id = \(gone)")
                try await tenant.publish(.accountMerged, AccountsTouched(accounts: [kept, gone]))
                try await tenant.scored(2)
            }
            #expect(try await tenant.number("select account_id from risk.verdict") == gone, "it was said by somebody")
        }
    }

    @Test func aModelIsNeverChanged() async throws {
        try await Tenant.with { tenant in
            let runtime = try await tenant.runtime()
            func current() async throws -> Int64 {
                try await runtime.pool.withConnection { try await Catalogue.current(in: $0).id }
            }
            let id = try await current()
            #expect(try await current() == id)
            try await tenant.owner.execute("update risk.model set parameters = parameters || '{\"other_weight\": 2}'")
            await #expect(throws: (any Error).self) { try await current() }
        }
    }
}
