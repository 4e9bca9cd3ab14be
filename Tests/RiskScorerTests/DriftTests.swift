import Chassis
import Foundation
import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Whether signals still say what they said, and from where on they count.
@Suite struct DriftTests {
    private func watch(_ tenant: Tenant) async throws -> [String] {
        try await tenant.runtime().pool.transaction { connection in
            try await Drift.watch(try await Moment.now(by: connection), in: connection)
        }
    }

    private func aDayLater(_ tenant: Tenant) async throws {
        try await tenant.owner.execute("update risk.daily_pass set day = day - 1")
        try await tenant.owner.execute("update risk.drift set day = day - 1")
    }

    @Test func aShiftIsToldOnceAndLearnedFrom() async throws {
        try await Tenant.with { tenant in
            try await tenant.owner.execute(
                """
                insert into risk.signal_kind (signal, title, about, event)
                values ('usage_drop', 'x', 'x', false), ('inactivity', 'x', 'x', false)
                """)
            try await tenant.owner.execute(
                """
                insert into risk.signal (account_id, signal, value, status)
                select n, s, case when n % 2 = 0 then n % 10 / 10.0 end, case when n % 2 = 0 then 'ok' else 'no_data' end
                from generate_series(1, 1000) n, unnest(array['usage_drop', 'inactivity']) s
                """)
            try await tenant.owner.execute("analyze risk.signal")
            #expect(try await watch(tenant) == [])
            let still = try await tenant.owner.query("select signal, psi, verdict from report.drift order by 1")
                .map { "\(try $0["signal"] as String) \(try $0["psi"] as Double) \(try $0["verdict"] as String)" }
            #expect(still == ["inactivity 0.0 stable", "usage_drop 0.0 stable"])

            // 500 of 1,000 go from having no value to the highest tenth.
            try await aDayLater(tenant)
            try await tenant.owner.execute(
                "update risk.signal set value = 0.95, status = 'ok' where signal = 'usage_drop' and value is null")
            #expect(try await watch(tenant) == ["usage_drop"])
            let psi = try await tenant.owner.first("select psi from risk.drift where signal = 'usage_drop' and psi > 0")
            // (1e-4 - 0.5) ln(1e-4 / 0.5), and in the tenth that was all but empty the same.
            let expected = 2 * (0.5 - 1e-4) * log(0.5 / 1e-4)
            #expect(abs(try #require(psi?["psi"] as Double?) - expected) < 1e-9)
            #expect(try await watch(tenant) == [], "once a day")
            try await aDayLater(tenant)
            #expect(try await watch(tenant) == [], "it was told")
            #expect(try await tenant.number("select count(*) from report.job where kind = 'model.learn'") == 1)
        }
    }

    @Test func aThresholdHoldsForTheSegmentsItIsFor() async throws {
        try await Tenant.with { tenant in
            for key in ["seasonal", "other"] {
                try await tenant.account(key)
                try await tenant.use(key, 8...100, events: 10)
                try await tenant.use(key, 1...7, events: 6)
            }
            let before = try await Sheet(tenant)
            let value = try #require(before["seasonal", "usage_drop"].value)
            #expect(value > 0 && value < 0.9)
            try await tenant.owner.withConnection {
                try await $0.script(
                    """
                    insert into crm.segment (key, name, expression, sources, changes_with_time)
                    values ('summer', 'Summer', 'key = "seasonal"', '{account}', false);
                    insert into crm.segment_member (segment_id, account_id)
                    select s.id, a.id from crm.segment s, crm.account a where a.key = 'seasonal'
                    """)
            }
            let pool = try await tenant.runtime().pool
            func set(_ signal: String, _ least: Double?, _ segment: String?) async throws {
                try await pool.transaction {
                    try await Threshold.set(signal, segment: segment, least: least, by: "ines", in: $0)
                }
            }
            for (signal, least, segment) in [
                ("nonsense", 0.5, nil), ("usage_drop", 0, nil), ("usage_drop", 1.5, nil), ("usage_drop", 0.5, "nobody"),
            ] as [(String, Double, String?)] {
                await #expect(throws: JobFailure.self) { try await set(signal, least, segment) }
            }
            try await set("usage_drop", 0.95, "summer")
            let after = try await Sheet(tenant)
            #expect(after["seasonal", "usage_drop"].value == 0 && after["other", "usage_drop"].value == value)
            #expect(after["seasonal", "usage_drop"].evidence == before["seasonal", "usage_drop"].evidence)
            // The highest of those that hold for an account.
            try await set("usage_drop", 0.01, nil)
            #expect(try await Sheet(tenant)["seasonal", "usage_drop"].value == 0)
            try await set("usage_drop", nil, "summer")
            #expect(try await Sheet(tenant)["seasonal", "usage_drop"].value == value)
        }
    }

    @Test func aNewThresholdIsWorthAPass() {
        let fleet = Fleet(
            today: CalendarDay(daysSince1970: 20_000), usageAccounts: 0, usualUse: nil, firstUsageDay: nil,
            lastUsageDay: nil, watchedSeen: [], orders: .assumed)
        var other = fleet
        other.thresholds = [Threshold(signal: "usage_drop", segment: nil, least: 0.5)]
        #expect(other.differs(from: fleet))
    }
}
