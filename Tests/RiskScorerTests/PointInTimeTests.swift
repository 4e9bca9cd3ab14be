import Foundation
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// A past score knows what was known by then, and nothing else.
struct PointInTimeTests {
    /// 20 days ago, in the middle of a day.
    private let then = Date(
        timeIntervalSince1970: (Date.now.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400 - 20 * 86_400 + 55_800)

    private func sheets(_ tenant: Tenant) async throws -> [String] {
        let runtime = try await tenant.runtime()
        return try await ScoreSheet(time: then, showsSignals: true).lines(runtime)
            + (try await ScoreSheet(time: then).lines(runtime))
    }

    private func arrange(_ tenant: Tenant) async throws {
        try await tenant.fleet(days: 15...120)
        for key in ["quiet", "payer", "buyer", "busy"] { try await tenant.account(key) }
        try await tenant.use("busy", 15...120, events: 20)
        try await tenant.event("busy", "Data Exported", at: then.addingTimeInterval(-7_200))
        try await tenant.use("quiet", 60...120, events: 10)
        try await tenant.subscribe("payer", daysAgo: 200)
        try await tenant.orders("buyer", [40, 80, 120, 160, 200])
    }

    @Test func whatCameOrBecameKnownLaterChangesNothing() async throws {
        try await Tenant.with { tenant in
            try await arrange(tenant)
            let before = try await sheets(tenant)

            // Later on the same day, later days, and things of before that became known after.
            for (at, known) in [
                (600.0, 600.0), (86_400, 86_400), (-600, 600), (-86_400, 30), (-40 * 86_400, 5 * 86_400),
            ] {
                for key in ["busy", "quiet", "payer", "fleet-3"] {
                    for name in ["Report Viewed", "Data Exported", "Brand New Event"] {
                        try await tenant.event(
                            key, name, at: then.addingTimeInterval(at), known: then.addingTimeInterval(known))
                    }
                }
            }
            try await tenant.orders("buyer", [1, 10, 19])
            try await tenant.owner.execute(
                """
                insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at)
                select id, 'late', 100, 'USD', \(then) - interval '9 days', \(then) + interval '1 second' from crm.account
                where key = 'buyer'
                """)
            try await tenant.owner.execute(
                """
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, occurred_at, known_at)
                select id, 'ended', 4900, 'EUR', \(then) - interval '9 days', \(then) + interval '1 second' from crm.subscription
                """)

            #expect(try await sheets(tenant) == before)
        }
    }

    @Test(arguments: [(-600.0, -600.0), (-600, -60), (-432_000, -60)] as [(Double, Double)])
    func whatWasKnownByThenCounts(_ at: Double, _ known: Double) async throws {
        try await Tenant.with { tenant in
            try await arrange(tenant)
            let before = try await sheets(tenant)

            try await tenant.event(
                "quiet", "Data Exported", at: then.addingTimeInterval(at), known: then.addingTimeInterval(known))

            #expect(try await sheets(tenant) != before)
        }
    }
}
