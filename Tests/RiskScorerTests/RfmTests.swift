import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// 27 cells in thirds, 3 best.
struct RfmTests {
    private func refresh(_ tenant: Tenant, at: Date? = nil) async throws -> Int? {
        try await tenant.runtime().pool.transaction { connection in
            let now = try await Moment.now(by: connection)
            return try await Rfm.refresh(at.map(Moment.now) ?? now, in: connection)
        }
    }

    private func cells(_ tenant: Tenant) async throws -> String {
        try await tenant.owner.query(
            "select account_key || ' ' || cell || ' ' || rfm_group as line from report.rfm order by 1"
        )
        .map { try $0["line"] as String }.joined(separator: "\n")
    }

    @Test func customersAreToldApartByThirdsAndEqualOnesNever() async throws {
        try await Tenant.with { tenant in
            for (key, days, minor) in [
                ("best", [2, 20, 40, 60], 9_000), ("mid", [100, 130], 2_000), ("old", [300], 500),
                ("old-too", [300], 500), ("big-once", [300], 90_000), ("new", [3], 500),
            ] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.orders(key, days, minor: Int64(minor))
            }
            try await tenant.account("gone", sendsUsage: false)
            try await tenant.orders("gone", [400])
            try await tenant.account("only-refunds", sendsUsage: false)
            try await tenant.orders("only-refunds", [4], minor: -5)
            try await tenant.account("mixed", sendsUsage: false)
            try await tenant.orders("mixed", [4])
            try await tenant.owner.execute(
                """
                insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at)
                select id, 'eur', 1, 'EUR', now() - interval '9 days' from crm.account where key = 'mixed'
                """)
            #expect(try await refresh(tenant) == 6)
            let first = try await cells(tenant)
            #expect(
                first == """
                    best 3-3-3 champions
                    big-once 2-1-3 about to sleep
                    mid 2-2-2 needs attention
                    new 3-1-1 new
                    old 2-1-1 about to sleep
                    old-too 2-1-1 about to sleep
                    """)
            let left = try await tenant.number("select left_out from risk.rfm_cutoff where currency = 'USD'")
            #expect(left == 1)
            #expect(try await tenant.number("select count(*) from report.rfm where is_enough") == 0)
            let reverse = try await tenant.owner.first(
                "select cell_best_first as c from report.rfm where account_key = 'best'")
            let written: String? = try reverse?["c"]
            #expect(written == "1-1-1")
            // Once a day; others' orders move nobody within the month.
            #expect(try await refresh(tenant) == nil)
        }
    }

    @Test func cutOffsAreKeptForTheMonth() async throws {
        try await Tenant.with { tenant in
            for (key, days) in [("a", [1, 5, 9]), ("b", [40, 60]), ("c", [200])] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.orders(key, days)
            }
            #expect(try await refresh(tenant) == 3)
            let before = try await cells(tenant)
            for number in 1...20 {
                try await tenant.account("x\(number)", sendsUsage: false)
                try await tenant.orders("x\(number)", [1, 2, 3, 4, 5], minor: 90_000)
            }
            try await tenant.owner.execute("update risk.daily_pass set day = day - 1")
            #expect(try await refresh(tenant) == 20)
            let after = try await cells(tenant).split(separator: "\n").filter { !$0.hasPrefix("x") }.joined(
                separator: "\n")
            #expect(after == before)
        }
    }

    @Test func everyCellHasAGroup() async throws {
        try await Tenant.with { tenant in
            #expect(try await tenant.number("select count(*) from risk.rfm_cell") == 27)
            let best = try await tenant.owner.first(
                "select name from risk.rfm_cell where (recency, frequency, money) = (3, 3, 3)")
            let name: String? = try best?["name"]
            #expect(name == "champions")
        }
    }
}
