import Foundation
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Each signal on the smallest history that shows what it promises.
struct SignalTests {
    @Test func usageFallsBelowItsOwnUsual() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet()
            for key in ["fell", "steady", "rare", "new", "gone", "never"] { try await tenant.account(key) }
            try await tenant.use("fell", 8...100, events: 20)
            try await tenant.use("fell", 1...7, events: 5)
            try await tenant.use("steady", 1...100, events: 20)
            try await tenant.use("rare", 1...1, events: 1)
            try await tenant.use("rare", 40...44, events: 1)
            try await tenant.use("new", 1...20, events: 20)
            try await tenant.use("gone", 80...200, events: 20)

            let sheet = try await Sheet(tenant)

            let fell = try #require(sheet["fell", "usage_drop"].value)
            #expect((0.65...0.75).contains(fell))
            #expect(sheet["steady", "usage_drop"].value == 0)
            #expect(sheet["rare", "usage_drop"].status == "not_applicable")
            #expect(sheet["new", "usage_drop"].status == "insufficient_history")
            #expect(sheet["gone", "usage_drop"].status == "not_applicable")
            #expect(sheet["never", "usage_drop"].status == "no_data")
        }
    }

    @Test func fewAccountsAreNoFleet() async throws {
        try await Tenant.with { tenant in
            // All of three have halved: with so few, that is their own doing.
            for key in ["a", "b", "c"] {
                try await tenant.account(key)
                try await tenant.use(key, 8...100, events: 20)
                try await tenant.use(key, 1...7, events: 6)
            }

            let sheet = try await Sheet(tenant)

            for key in ["a", "b", "c"] { #expect(try #require(sheet[key, "usage_drop"].value) > 0.6) }
        }
    }

    @Test func silenceCountsInTheOwnRhythm() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet()
            for key in ["daily", "weekend", "monthly", "new"] { try await tenant.account(key) }
            try await tenant.use("daily", 22...150)
            try await tenant.use("weekend", 3...150)
            for days in [22, 50, 78, 106, 134] { try await tenant.use("monthly", days...days) }
            try await tenant.use("new", 6...9)

            let sheet = try await Sheet(tenant)

            let (daily, monthly) = (sheet["daily", "inactivity"].value, sheet["monthly", "inactivity"].value)
            #expect(try #require(daily) > 0.9)
            #expect(try #require(monthly) < 0.6)
            #expect(sheet["weekend", "inactivity"].value == 0)
            #expect(sheet["new", "inactivity"].status == "insufficient_history")
        }
    }

    @Test func usageOfNobodyIsABrokenSource() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(days: 12...120)

            let sheet = try await Sheet(tenant)

            #expect(sheet["fleet-1", "usage_drop"].status == "stale_source")
            #expect(sheet["fleet-1", "inactivity"].status == "stale_source")
        }
    }

    @Test func anExportIsNewsOnlyWhereItIsNoHabit() async throws {
        try await Tenant.with { tenant in
            for key in ["once", "habit", "old", "none"] {
                try await tenant.account(key)
                try await tenant.use(key, 1...120)
            }
            for days in stride(from: 2, through: 100, by: 7) {
                try await tenant.use("habit", days...days, events: 1, name: "Data Exported")
            }
            try await tenant.event("once", "Data Exported", at: Date(timeIntervalSinceNow: -3_600))
            try await tenant.use("old", 70...70, events: 1, name: "Data Exported")

            let sheet = try await Sheet(tenant)

            #expect(try #require(sheet["once", "data_export"].value) > 0.9)
            for key in ["habit", "old", "none"] { #expect(sheet[key, "data_export"].value == 0) }
        }
    }

    @Test func exportsThatNobodySendsAreUnknown() async throws {
        try await Tenant.with { tenant in
            try await tenant.account("quiet")
            try await tenant.use("quiet", 1...60)

            #expect(try await Sheet(tenant)["quiet", "data_export"].status == "no_data")
        }
    }

    @Test func payingWithoutUsing() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet()
            for key in ["idle", "busy", "new", "free"] { try await tenant.account(key) }
            try await tenant.account("unconnected", sendsUsage: false)
            for key in ["idle", "busy", "free", "unconnected"] {
                try await tenant.subscribe(key, daysAgo: 200, mrr: key == "free" ? 0 : 4_900)
            }
            try await tenant.subscribe("new", daysAgo: 10)
            try await tenant.use("busy", 1...50)
            try await tenant.use("idle", 60...90)

            let sheet = try await Sheet(tenant)

            #expect(sheet["idle", "pays_not_uses"].value == 1)
            #expect(sheet["busy", "pays_not_uses"].value == 0)
            #expect(sheet["new", "pays_not_uses"].status == "insufficient_history")
            #expect(sheet["free", "pays_not_uses"].status == "not_applicable")
            #expect(sheet["unconnected", "pays_not_uses"].status == "no_data")
        }
    }

    @Test func ordersAreExpectedLessTheLongerNoneComes() async throws {
        try await Tenant.with { tenant in
            for key in ["lapsed", "loyal", "once", "refunded", "none"] {
                try await tenant.account(key, sendsUsage: false)
            }
            try await tenant.orders("lapsed", [300, 330, 360, 390, 420])
            try await tenant.orders("loyal", [10, 100, 200, 300, 400])
            try await tenant.orders("once", [400])
            try await tenant.orders("refunded", [5], minor: -2_500)

            let sheet = try await Sheet(tenant)

            let lapsed = try #require(sheet["lapsed", "order_decline"].value)
            let loyal = try #require(sheet["loyal", "order_decline"].value)
            #expect(lapsed > 0.5 && loyal < 0.1)
            #expect(try #require(sheet["lapsed", "inactivity"].value) > 0.9)
            #expect(sheet["once", "inactivity"].status == "insufficient_history")
            #expect(sheet["refunded", "order_decline"].status == "no_data")
            #expect(sheet["none", "order_decline"].status == "no_data")
        }
    }

    /// The closed form, of who orders without a contract; an order that cost nothing is no sign of one who pays.
    @Test func anOrderIsOverdueByTheAccountsOwnRhythm() async throws {
        try await Tenant.with { tenant in
            for key in ["often", "once", "lost", "gifted", "subscriber", "none"] {
                try await tenant.account(key, sendsUsage: false)
            }
            try await tenant.orders("often", [40, 50, 60, 70, 80])
            try await tenant.orders("once", [40])
            try await tenant.orders("lost", [91, 200])
            try await tenant.orders("gifted", [80])
            try await tenant.orders("gifted", [1], minor: 0)
            try await tenant.subscribe("subscriber", daysAgo: 300)
            // One that was never kept is no contract.
            try await tenant.subscribe("often", daysAgo: 300, status: "trialing")
            try await tenant.orders("subscriber", [40, 50, 60])

            let sheet = try await Sheet(tenant)

            // Few customers: one order in 90 days is assumed.
            let often = try #require(sheet["often", "order_overdue"].value)
            #expect(abs(often - pow((90.0 + 40 + 40) / (90 + 40 + 40 + 51), 1 + 4)) < 1e-9)
            let once = try #require(sheet["once", "order_overdue"].value)
            #expect(abs(once - (90.0 + 40) / (90 + 40 + 51)) < 1e-9)
            #expect(sheet["lost", "order_overdue"].value == 1)
            let gifted = try #require(sheet["gifted", "order_overdue"].value)
            #expect(abs(gifted - (90.0 + 80) / (90 + 80 + 11)) < 1e-9)
            #expect(sheet["subscriber", "order_overdue"].status == "not_applicable")
            #expect(sheet["none", "order_overdue"].status == "not_applicable")
        }
    }

    @Test func aMergedAccountIsReadAsItsSurvivor() async throws {
        try await Tenant.with { tenant in
            let (kept, gone) = (try await tenant.account("kept"), try await tenant.account("gone"))
            try await tenant.use("gone", 1...100, events: 20)
            try await tenant.owner.execute("update crm.account set merged_into = \(kept) where id = \(gone)")

            let sheet = try await Sheet(tenant)

            #expect(sheet["kept", "usage_drop"].status == "ok")
            #expect(sheet["gone", "usage_drop"].status == "absent")
        }
    }
}
