import Foundation
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Signals of usage that are about a beginning, people, single events, and holidays.
struct UsageSignalTests {
    @Test func newCustomersWhoDoNotBegin() async throws {
        try await Tenant.with { tenant in
            for (key, days) in [("stalled", 28), ("begun", 28), ("fresh", 5), ("old", 200)] {
                try await tenant.account(key)
                try await tenant.subscribe(key, daysAgo: days)
                try await tenant.use(key, days...days)
            }
            for day in stride(from: 2, to: 28, by: 3) { try await tenant.use("begun", day...day) }
            let sheet = try await Sheet(tenant)
            let stalled = try #require(sheet["stalled", "onboarding_stalled"].value)
            #expect(abs(stalled - 0.875) < 0.001, "one day of eight")
            #expect(sheet["begun", "onboarding_stalled"].value == 0)
            #expect(sheet["fresh", "onboarding_stalled"].status == "insufficient_history")
            #expect(sheet["old", "onboarding_stalled"].status == "not_applicable")
        }
    }

    @Test func seatsThatNobodySitsOn() async throws {
        try await Tenant.with { tenant in
            for key in ["empty", "full", "nameless"] {
                try await tenant.account(key)
                try await tenant.subscribe(key, daysAgo: 100)
                try await tenant.use(key, 1...60)
            }
            for (account, users) in [("empty", 1), ("full", 8)] {
                for user in 1...users {
                    try await tenant.owner.execute(
                        """
                        with s as (insert into usage.subject (kind, key) values ('user', \("\(account)-\(user)")) returning id)
                        insert into crm.account_subject (subject_id, account_id)
                        select s.id, a.id from s, crm.account a where a.key = \(account)
                        """)
                    try await tenant.use("\(account)-\(user)", 3...3, events: 1)
                }
            }
            // Events of the company name a second user of empty.
            try await tenant.owner.execute(
                """
                with s as (insert into usage.subject (kind, key) values ('user', 'guest') returning id)
                update usage.event e set user_subject_id = s.id from s, usage.subject c
                where c.id = e.subject_id and c.key = 'empty' and e.occurred_at > now() - interval '5 days'
                """)
            let sheet = try await Sheet(tenant)
            let empty = try #require(sheet["empty", "seats_unused"].value)
            #expect(abs(empty - 0.6) < 0.001, "two of ten, where five are enough")
            #expect(sheet["full", "seats_unused"].value == 0)
            #expect(sheet["nameless", "seats_unused"].status == "no_data")
        }
    }

    /// Where events name few users, few seats in use say nothing.
    @Test(arguments: [0, 2]) func seatsAreFewOrManyBesideTheFleet(_ users: Int) async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(30, days: 1...60)
            try await tenant.owner.withConnection {
                try await $0.script(
                    """
                    with s as (
                        insert into crm.subscription (account_id, key, started_at)
                        select id, key, now() - interval '100 days' from crm.account returning id)
                    insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, seats, occurred_at, known_at)
                    select id, 'active', 100, 'EUR', 20, now() - interval '100 days', now() - interval '100 days' from s;
                    -- Two of each account, of whom so many came lately.
                    insert into usage.subject (kind, key) select 'user', key || ':' || n from crm.account, generate_series(1, 2) n;
                    insert into crm.account_subject (subject_id, account_id)
                    select s.id, a.id from usage.subject s join crm.account a on a.key = split_part(s.key, ':', 1)
                    where s.kind = 'user';
                    insert into usage.daily_folded (subject_id, day, event, known_on, count)
                    select id, current_date - d, 'Report Viewed', current_date - d, 1 from usage.subject,
                        lateral (select case when split_part(key, ':', 2)::int <= \(users) then 5 else 50 end as d) w
                    where kind = 'user'
                    """)
            }
            let usual = try await Sheet(tenant)["fleet-7", "seats_unused"]
            #expect(usual.value == 0 && usual.status == "ok", "it is as all others are")
            try await tenant.owner.execute(
                "update usage.daily_folded set day = day - 30 where subject_id = (select id from usage.subject where key = 'fleet-7:1')"
            )
            // Half as many as three of four have, where that is anybody.
            #expect(try await Sheet(tenant)["fleet-7", "seats_unused"].value == (users == 0 ? 0 : 0.5))
        }
    }

    @Test func eventsThatSaySomethingByThemselves() async throws {
        try await Tenant.with { tenant in
            for key in ["leaving", "left-long-ago", "calm"] {
                try await tenant.account(key)
                try await tenant.use(key, 1...60)
            }
            try await tenant.account("noted", sendsUsage: false)
            try await tenant.event("leaving", "Cancel Page Viewed", at: Date(timeIntervalSinceNow: -14 * 86_400))
            try await tenant.event("left-long-ago", "Cancel Page Viewed", at: Date(timeIntervalSinceNow: -60 * 86_400))
            try await tenant.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title, occurred_at, known_at)
                select id, 'competitor', 'asked about a rival', now() - interval '30 days', now() - interval '30 days'
                from crm.account where key = 'noted'
                """)
            let sheet = try await Sheet(tenant)
            #expect(abs(try #require(sheet["leaving", "cancel_page"].value) - 0.5) < 0.001)
            for key in ["left-long-ago", "calm"] { #expect(sheet[key, "cancel_page"].value == 0, "\(key)") }
            #expect(abs(try #require(sheet["noted", "competitor_interest"].value) - 0.5) < 0.001)
            #expect(sheet["calm", "competitor_interest"].status == "no_data", "nobody sends such events")
            #expect(sheet["noted", "cancel_page"].status == "no_data")
        }
    }

    @Test func silenceOfACustomerOnHolidaySaysNothing() async throws {
        try await Tenant.with { tenant in
            for key in ["away", "back"] {
                try await tenant.account(key)
                try await tenant.use(key, 30...120, events: 20)
            }
            try await tenant.owner.execute(
                """
                update crm.account set on_holiday_until = current_date + case when key = 'away' then 3 else -1 end
                """)
            let sheet = try await Sheet(tenant)
            for signal in Signal.all.filter(\.isOfAbsence).map(\.name) {
                #expect(sheet["away", signal].value == nil && sheet["away", signal].status != "ok", "\(signal)")
            }
            #expect(sheet["away", "usage_drop"].evidence.contains("on_holiday_until"))
            #expect(try #require(sheet["back", "inactivity"].value) > 0.5)
        }
    }
}
