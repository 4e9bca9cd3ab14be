import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What is foretold of customers' purchases on the database.
@Suite struct PurchasesTests {
    private func now(_ tenant: Tenant) async throws -> Moment {
        try await tenant.runtime().pool.withConnection { try await Moment.now(by: $0) }
    }

    /// The published sample's orders of 39 weeks, so that they end today.
    private func loadPublished(_ tenant: Tenant) async throws {
        let text = try String(contentsOfFile: try #require(PurchaseModelTests.published), encoding: .utf8)
        let end = try #require(OrderFile.day("1997-09-30"))
        let today = try await now(tenant).today.daysSince1970
        var (keys, days, cents): ([String], [Int32], [Int64]) = ([], [], [])
        for line in text.split(whereSeparator: \.isNewline) {
            let cells = line.split(separator: " ")
            guard let day = OrderFile.day(String(cells[2])), day <= end, let money = Double(cells[4]) else { continue }
            keys.append(String(cells[1]))
            days.append(Int32(end - day))
            cents.append(Int64((money * 100).rounded()))
        }
        #expect(today > end)
        try await tenant.owner.execute(
            "insert into crm.account (key, name) select distinct k, k from unnest(\(keys)) k")
        try await tenant.owner.execute(
            """
            insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at, historical)
            select a.id, g.n::text, g.cents, 'USD', at, at, true
            from unnest(\(keys), \(days), \(cents)) with ordinality as g (key, days, cents, n) join crm.account a using (key),
                lateral (select (\(fragment: Tenant.today) - g.days)::timestamp at time zone 'UTC' as at) t
            """)
    }

    @Test(.enabled(if: PurchaseModelTests.published != nil, "HOLDFAST_DATA names no folder with the published data"))
    func findsThePublishedParametersInTheDatabase() async throws {
        try await Tenant.with { tenant in
            try await loadPublished(tenant)
            let purchases = Purchases(pool: try await tenant.runtime().pool)
            let now = try await now(tenant)
            let model = try #require(try await purchases.fit(now)["USD"])
            #expect(model.customers == 2_357 && model.note == nil)
            for (found, wanted) in zip(
                [model.purchases.r, model.purchases.alpha, model.purchases.a, model.purchases.b],
                [0.242595, 4.41360, 0.792922, 2.42591])
            { #expect(abs(found / wanted - 1) < 1e-3, "\(found) \(wanted)") }
            try await purchases.run(logger: Tenant.quiet)

            let row = try await tenant.owner.first(
                """
                select count(*) as customers, sum(expected_90) as expected, count(*) filter (where alive is null) as once,
                    bool_and(lifetime_minor <= (expected_365 * 3 * spend_minor) + 1) as is_discounted,
                    min(expected_30) as least, bool_and(expected_30 <= expected_90 and expected_90 <= expected_365) as is_ordered
                from risk.purchase
                """)
            let (customers, once): (Int64?, Int64?) = try (row?["customers"], row?["once"])
            let (expected, least): (Double?, Double?) = try (row?["expected"], row?["least"])
            let (isDiscounted, isOrdered): (Bool?, Bool?) = try (row?["is_discounted"], row?["is_ordered"])
            #expect(customers == 2_357 && once == 1_411 && isDiscounted == true && isOrdered == true)
            #expect(try #require(least) > 0)
            // 39 weeks bring 1653.41; a quarter of a year a part of it, and more than a third of it, for customers drop out.
            let share = try #require(expected) / 1_653.41
            #expect(share > 90.0 / 273 && share < 0.5, "\(share)")
            // Again on the same day is nothing to do, and what changed is seen on the next.
            let made = try await tenant.number("select count(distinct xmin::text) from risk.purchase")
            try await purchases.run(logger: Tenant.quiet)
            #expect(try await tenant.number("select count(distinct xmin::text) from risk.purchase") == made)
        }
    }

    @Test func whoHasAContractOrSeveralCurrenciesIsLeftOut() async throws {
        try await Tenant.with { tenant in
            for number in 1...30 {
                try await tenant.account("c\(number)", sendsUsage: false)
                try await tenant.orders(
                    "c\(number)", number % 3 == 0 ? [200] : [200, 150 - number, 20 + number],
                    minor: 1_000 + Int64(number))
            }
            for key in ["contract", "mixed", "refunds", "free", "gone"] {
                try await tenant.account(key, sendsUsage: false)
            }
            for key in ["contract", "mixed", "free", "gone"] { try await tenant.orders(key, [100, 50, 10]) }
            try await tenant.subscribe("contract", daysAgo: 90)
            try await tenant.subscribe("free", daysAgo: 90, mrr: 0)
            try await tenant.orders("refunds", [30], minor: -500)
            try await tenant.owner.execute(
                "update crm.account_order set currency = 'EUR' where key = (select min(key) from crm.account_order where account_id = (select id from crm.account where key = 'mixed'))"
            )
            try await Purchases(pool: try await tenant.runtime().pool).run(logger: Tenant.quiet)
            func foretold() async throws -> String {
                try await tenant.owner.query(
                    "select account_key from report.purchase where account_key !~ '^c[0-9]' order by 1"
                )
                .map { try $0["account_key"] as String }.joined(separator: " ")
            }
            #expect(try await foretold() == "free gone")
            let note = try await tenant.owner.first("select kind, note from report.purchase_model")
            let (kind, words): (String?, String?) = try (note?["kind"], note?["note"])
            #expect(
                kind == "nbd" && words?.contains("no drop-out") == true,
                "it is said where the model says little: \(words ?? "")")
            let worth = try await tenant.owner.query(
                "select account_key from report.lifetime_value where lifetime is null or lifetime = 0 or basis <> 'orders' order by 1"
            ).map { try $0["account_key"] as String }
            #expect(worth == ["contract"], "it pays by the month and has no score yet")

            // A day later one ordered again, one is no account of its own any more.
            try await tenant.owner.execute("update risk.daily_pass set day = day - 1")
            try await tenant.owner.execute(
                """
                update crm.account set merged_into = (select id from crm.account where key = 'free') where key = 'gone'
                """)
            try await Purchases(pool: try await tenant.runtime().pool).run(logger: Tenant.quiet)
            #expect(try await foretold() == "free")
        }
    }

    /// With the same chance to stay each month, the sum over months is what the view's formula says.
    @Test func aContractIsWorthItsMonths() async throws {
        try await Tenant.with { tenant in
            let account = try await tenant.account("a", sendsUsage: false)
            try await tenant.subscribe("a", daysAgo: 100, mrr: 10_000)
            try await tenant.owner.execute(
                """
                with m as (insert into risk.model (name, parameters) values ('m', '{}') returning id)
                insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, model_id)
                select \(account), h, 0.2, 0, 0, 'medium', id from m, unnest(array[30, 90]) h
                """)
            let months = (0..<36).map { pow(0.8, Double($0) / 3) * pow(1.1, -Double($0) / 12) }
            let expected = Int64((10_000 * months.reduce(0, +)).rounded())
            #expect(try await tenant.number("select lifetime from report.lifetime_value") == expected)
            let row = try await tenant.owner.first("select expected_90, at_risk_90 from report.money_at_risk")
            let (stays, goes): (Int64?, Int64?) = try (row?["expected_90"], row?["at_risk_90"])
            let quarter = 120_000 * 90 / 365.0
            #expect(stays == Int64((quarter * 0.8).rounded()) && goes == Int64((quarter * 0.2).rounded()))
        }
    }

    /// Undiscounted, the quarters add up to what the model says of the whole time.
    @Test func aLifetimeIsLessThanItsPurchases() {
        let model = PurchaseModel(kind: .bgnbd, r: 0.24, alpha: 4.4, a: 0.79, b: 2.4)
        let customer = PurchaseSummary(repeats: 3, recency: 20, age: 30)
        let (all, worth) = (model.expected(customer, weeks: 3 * 365.25 / 7), Lifetime.purchases(model, customer))
        #expect(worth < all && worth > all * pow(1.1, -3))
    }
}
