// Over 200 lines: kinds of losses are told apart by the same few steps.
import Chassis
import Foundation
import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Who was lost, when and how, and who came back.
struct LossTests {
    private func refresh(_ tenant: Tenant) async throws {
        let pool = try await tenant.runtime().pool
        try await pool.transaction { connection in
            let accounts: [Int64] = try await connection.query("select id from crm.account").map { try $0["id"] }
            try await Losses(rule: LossRule()).refresh(
                accounts, at: try await Moment.now(by: connection), in: connection)
        }
    }

    private func losses(_ tenant: Tenant) async throws -> String {
        try await tenant.owner.query(
            """
            select a.key || ' ' || l.kind || ' ' || (\(fragment: Tenant.today) - (l.lost_at at time zone 'UTC')::date)
                || coalesce(' back ' || (\(fragment: Tenant.today) - (l.returned_at at time zone 'UTC')::date), '') as line
            from risk.loss l join crm.account a on a.id = l.account_id order by a.key, l.lost_at
            """
        ).map { try $0["line"] as String }.joined(separator: "\n")
    }

    private func told(_ tenant: Tenant, _ topic: Topic) async throws -> String {
        try await tenant.owner.query(
            """
            select string_agg(a.key, ' ' order by a.key) as keys from queue.job j
            join queue.queue q on q.id = j.queue_id and q.name = 'notifier'
            cross join jsonb_array_elements_text(j.payload -> 'accounts') e (id) join crm.account a on a.id = e.id::bigint
            where j.kind = \(topic.rawValue)
            """
        ).map { try $0["keys"] as String? ?? "" }.joined()
    }

    private func state(_ tenant: Tenant, _ key: String, _ status: String, daysAgo: Int, reason: String? = nil)
        async throws
    {
        try await tenant.owner.execute(
            """
            insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, loss_reason, occurred_at, known_at)
            select id, \(status), 4900, 'EUR', \(reason), now() - \(daysAgo) * interval '1 day', now() - \(daysAgo) * interval '1 day'
            from crm.subscription where key = \(key)
            """)
    }

    @Test func ordersThatStopAreOfKinds() async throws {
        try await Tenant.with { tenant in
            for (key, days) in [
                ("once", [100]), ("long", [100, 150, 200, 290]), ("other", [100, 110, 120]),
                ("asleep", [50, 60, 70, 80]), ("fine", [10, 20, 30]), ("gap", [5, 200]), ("new", [3]),
            ] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.orders(key, days)
            }
            try await tenant.account("refunded", sendsUsage: false)
            try await tenant.orders("refunded", [300], minor: -100)
            try await tenant.account("future", sendsUsage: false)
            try await tenant.orders("future", [-30])
            try await refresh(tenant)
            #expect(
                try await losses(tenant) == """
                    asleep asleep 30
                    gap once 110 back 5
                    long long 10
                    once once 10
                    other other 10
                    """)
            #expect(try await told(tenant, .accountLost) == "long once other")
            // Again changes nothing; who orders is back, and what never was is forgotten.
            try await refresh(tenant)
            #expect(try await told(tenant, .accountLost) == "long once other")
            try await tenant.orders("long", [1])
            try await tenant.orders("once", [50])
            try await refresh(tenant)
            #expect(
                try await losses(tenant) == """
                    asleep asleep 30
                    gap once 110 back 5
                    long long 10 back 1
                    other other 10
                    """)
            #expect(try await told(tenant, .accountReturned) == "long once", "what was told wrongly is taken back")
            let money = try await tenant.number(
                "select money_minor from risk.loss l join crm.account a on a.id = l.account_id where a.key = 'long'")
            #expect(money == 4 * 2_500)
        }
    }

    /// What was given back is no money lost, also where it was given back after the last order.
    @Test func refundsAreTakenOffWhatWasLost() async throws {
        try await Tenant.with { tenant in
            for key in ["kept", "returned", "later", "before"] { try await tenant.account(key, sendsUsage: false) }
            for key in ["kept", "returned", "later"] { try await tenant.orders(key, [100, 110]) }
            try await tenant.orders("returned", [100, 110], minor: -2_500)
            try await tenant.orders("later", [80], minor: -1_000)
            try await tenant.orders("before", [100, 500])
            try await tenant.orders("before", [490], minor: -2_500)
            try await refresh(tenant)
            let money = try await tenant.owner.query(
                """
                select a.key || ' ' || l.orders || ' ' || l.money_minor as line from risk.loss l
                join crm.account a on a.id = l.account_id where l.returned_at is null order by a.key
                """
            ).map { try $0["line"] as String }
            #expect(money == ["before 2 2500", "kept 2 5000", "later 2 4000", "returned 2 0"])
        }
    }

    @Test func anAccountIsToldOnceHoweverItsOrdersAreDated() async throws {
        try await Tenant.with { tenant in
            for (key, days) in [("late", [100, 150]), ("drowsy", [89, 99, 109, 119])] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.orders(key, days)
            }
            try await refresh(tenant)
            #expect(try await losses(tenant) == "drowsy asleep 69\nlate other 10")
            #expect(try await told(tenant, .accountLost) == "late")
            // An order that comes late moves the day; whoever slept on is lost at last.
            try await tenant.orders("late", [95])
            try await tenant.owner.execute(
                """
                update crm.account_order set occurred_at = occurred_at - interval '2 days'
                where account_id = (select id from crm.account where key = 'drowsy')
                """)
            try await refresh(tenant)
            #expect(try await losses(tenant) == "drowsy other 1\nlate other 5")
            #expect(try await told(tenant, .accountLost) == "drowsy late", "none of them twice")
            #expect(try await told(tenant, .accountReturned) == "")
        }
    }

    @Test func contractsThatEndTogetherAreOneLoss() async throws {
        try await Tenant.with { tenant in
            try await tenant.account("a", sendsUsage: false)
            try await tenant.subscribe("a", daysAgo: 300)
            try await tenant.owner.execute(
                """
                with s as (
                    insert into crm.subscription (account_id, key, started_at)
                    select id, 'second', now() - interval '200 days' from crm.account returning id)
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, occurred_at, known_at)
                select id, status, 100, 'EUR', now() - d * interval '1 day', now() - d * interval '1 day'
                from s, (values ('active', 200), ('ended', 20)) as v (status, d)
                """)
            try await state(tenant, "a", "ended", daysAgo: 5)
            try await state(tenant, "a", "ended", daysAgo: 1, reason: "price")
            // Orders of one without a paid contract decide by themselves, a free plan beside them or none.
            try await tenant.account("free", sendsUsage: false)
            try await tenant.subscribe("free", daysAgo: 300, mrr: 0)
            try await tenant.orders("free", [100])
            try await refresh(tenant)
            #expect(try await losses(tenant) == "a contract 5\nfree once 10")
            let row = try await tenant.owner.first("select reason, money_minor from risk.loss where kind = 'contract'")
            let (reason, money): (String?, Int64?) = try (row?["reason"], row?["money_minor"])
            #expect(reason == "price" && money == (4_900 + 100) * 12)
        }
    }

    @Test func contractsThatEnd() async throws {
        try await Tenant.with { tenant in
            for key in ["ended", "cancelled", "paused", "late", "renewed", "twice"] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.subscribe(key, daysAgo: 300)
            }
            try await tenant.orders("ended", [250])
            try await state(tenant, "ended", "ended", daysAgo: 60, reason: "price")
            try await state(tenant, "cancelled", "cancelled", daysAgo: 2)
            try await state(tenant, "paused", "paused", daysAgo: 20)
            try await state(tenant, "late", "past_due", daysAgo: 20)
            try await state(tenant, "renewed", "ended", daysAgo: 100)
            try await state(tenant, "renewed", "active", daysAgo: 90)
            // A second contract of the same account goes on.
            try await tenant.owner.execute(
                """
                with s as (
                    insert into crm.subscription (account_id, key, started_at)
                    select id, 'second', now() - interval '200 days' from crm.account where key = 'twice' returning id)
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, occurred_at, known_at)
                select id, 'active', 100, 'EUR', now() - interval '200 days', now() - interval '200 days' from s
                """)
            try await state(tenant, "twice", "ended", daysAgo: 50)
            try await refresh(tenant)
            #expect(
                try await losses(tenant) == """
                    cancelled contract 2
                    ended contract 60
                    renewed contract 100 back 90
                    """)
            #expect(try await told(tenant, .accountLost) == "cancelled", "what is found out late is history")
            let row = try await tenant.owner.first(
                "select reason, money_minor from risk.loss l join crm.account a on a.id = l.account_id where a.key = 'ended'"
            )
            let (reason, money): (String?, Int64?) = try (row?["reason"], row?["money_minor"])
            #expect(reason == "price" && money == 4_900 * 12)
            try await state(tenant, "cancelled", "active", daysAgo: 0)
            try await refresh(tenant)
            #expect(try await told(tenant, .accountReturned) == "cancelled")
        }
    }

    @Test func whatIsSaidByHandStaysUntilItComesBack() async throws {
        try await Tenant.with { tenant in
            try await tenant.account("a", sendsUsage: false)
            try await tenant.subscribe("a", daysAgo: 300)
            let pool = try await tenant.runtime().pool
            func say(_ key: String, _ reason: String?) async throws -> Bool {
                try await pool.transaction {
                    try await LossSetting(accountKey: key, reason: reason, words: "moved away").apply(
                        Losses(rule: LossRule()), in: $0)
                }
            }
            for (key, reason) in [("nobody", nil), ("a", "no-such-reason")] as [(String, String?)] {
                await #expect(throws: JobFailure.self) { _ = try await say(key, reason) }
            }
            #expect(try await say("a", "price"))
            #expect(try await !say("a", "price"), "once is enough")
            try await state(tenant, "a", "ended", daysAgo: 0)
            try await refresh(tenant)
            #expect(try await losses(tenant) == "a hand 0", "the end of the contract is the same loss")
            #expect(try await told(tenant, .accountLost) == "a")
            try await tenant.owner.execute(
                """
                insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at)
                select id, 'o', 1, 'EUR', now() from crm.account
                """)
            try await refresh(tenant)
            #expect(try await told(tenant, .accountReturned) == "a")
            #expect(try await losses(tenant) == "a hand 0 back 0")
            // Of a shop's customer it is known when it ordered.
            try await tenant.account("shopper", sendsUsage: false)
            try await tenant.orders("shopper", [20, 40, 60])
            #expect(try await say("shopper", nil))
            let known = try await tenant.owner.first(
                """
                select orders || ' ' || (\(fragment: Tenant.today) - (first_at at time zone 'UTC')::date) || ' '
                    || (\(fragment: Tenant.today) - (last_at at time zone 'UTC')::date) as known
                from report.lost_account where account_key = 'shopper'
                """)
            let words: String = try #require(known)["known"]
            #expect(words == "3 60 20")
        }
    }

    @Test func theServiceTellsAndTheReportsShow() async throws {
        try await Tenant.with { tenant in
            for (key, days) in [("big", [100, 130, 160]), ("small", [100])] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.orders(key, days)
            }
            try await tenant.serving {
                try await tenant.scored(2)
                try await tenant.idle()
            }
            #expect(try await told(tenant, .accountLost) == "big small")
            let worth = try await tenant.owner.query(
                "select account_key, worth from report.win_back order by worth desc")
            #expect(try worth.map { try $0["account_key"] as String } == ["big", "small"])
            #expect(try await tenant.number("select count(*) from report.lost_account where kind = 'other'") == 1)
        }
    }
}
