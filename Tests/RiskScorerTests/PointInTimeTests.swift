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
        // Seats of a company that names its users, and of one whose users are known by themselves.
        for key in ["busy", "quiet"] { try await tenant.subscribe(key, daysAgo: 200) }
        try await tenant.owner.execute(
            """
            with s as (insert into usage.subject (kind, key) values ('user', 'ann'), ('user', 'bob') returning id)
            insert into crm.account_subject (subject_id, account_id)
            select s.id, a.id from s, crm.account a where a.key = 'quiet'
            """)
        try await tenant.use("ann", 21...120, events: 1)
        try await tenant.use("bob", 60...120, events: 1)
        try await tenant.owner.execute(
            """
            update usage.event e set user_subject_id = u.id from usage.subject u, usage.subject s
            where u.key = 'ann' and s.key = 'busy' and e.subject_id = s.id
            """)
        try await tenant.orders("buyer", [40, 80, 120, 160, 200])
        try await records(tenant, from: -200 * 86_400, step: 10 * 86_400, count: 18, known: 0)
    }

    /// A ticket that is answered badly, reopened and escalated, an invoice, talk both ways, a vote and a state of the
    /// subscription, each time; all known so many seconds after they happened.
    private func records(_ tenant: Tenant, from: Int, step: Int, count: Int, known: Int) async throws {
        let rows: SQL = """
            (select a.id, n, \(then) + (\(from)::int + n * \(step)::int) * interval '1 second' as at,
                \(then) + (\(from)::int + n * \(step)::int + \(known)::int) * interval '1 second' as known,
                \(from)::text || ':' || n as key from crm.account a, generate_series(0, \(count - 1)::int) n where a.key = 'payer') r
            """
        for sql in [
            """
            insert into crm.contact (account_id, key, name, role, created_at)
            select id, 'c', 'c', 'decides', \(then) - interval '300 days' from crm.account where key = 'payer' on conflict do nothing
            """,
            """
            insert into crm.interaction (account_id, contact_id, kind, title, direction, occurred_at, known_at)
            select r.id, c.id, 'competitor', 'x', d, at, known from crm.contact c, unnest(array['in', 'out']) d, \(fragment: rows)
            """,
            """
            insert into crm.ticket (account_id, key, subject, feedback, feedback_at, first_answered_at, occurred_at, known_at)
            select id, key, 'x', 'bad', at, at + interval '90 days', at, known from \(fragment: rows)
            """,
            """
            insert into crm.ticket_state (ticket_id, status, escalated, occurred_at, known_at)
            select t.id, s.status, s.status = 'open', at, known from (values ('solved'), ('open')) s (status), \(fragment: rows)
            join crm.ticket t on t.key = r.key
            """,
            """
            insert into crm.invoice (account_id, key, amount_minor, currency, issued_on, due_on, paid_at, known_at)
            select id, key, 1, 'EUR', (at at time zone 'UTC')::date, (at at time zone 'UTC')::date,
                case when n < 15 then at end, known from \(fragment: rows)
            """,
            "insert into crm.product_request (key, title) select replace('r' || key, ':', '-') , 'x' from \(fragment: rows)",
            """
            insert into crm.request_vote (request_id, account_id, occurred_at)
            select q.id, r.id, r.known from \(fragment: rows) join crm.product_request q on q.key = replace('r' || r.key, ':', '-')
            """,
            """
            insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, seats, renews_at, occurred_at, known_at)
            select s.id, 'past_due', 4900, 'EUR', 7, \(then) + interval '20 days', at, known
            from crm.subscription s join \(fragment: rows) on r.id = s.account_id where n = 10 or \(known)::int > 0
            """,
        ] as [SQL] { try await tenant.owner.execute(sql) }
    }

    /// What the signals of records said.
    @Test func everySignalOfRecordsSaysSomethingThen() async throws {
        try await Tenant.with { tenant in
            try await arrange(tenant)
            let runtime = try await tenant.runtime()
            let lines = try await ScoreSheet(time: then, account: "payer", showsSignals: true).lines(runtime)
            for signal in [
                "payment_failed", "invoice_overdue", "dissatisfaction", "support_target_missed", "request_unmet",
                "competitor_interest", "renewal_near", "communication_decline", "champion_gone",
            ] { #expect(lines.contains { $0.hasPrefix("payer,\(signal),ok,") }, "\(signal): \(lines)") }
        }
    }

    @Test func whatCameOrBecameKnownLaterChangesNothing() async throws {
        try await Tenant.with { tenant in
            try await arrange(tenant)
            let before = try await sheets(tenant)

            // Later on the same day, later days, and things of before that became known after.
            for (at, known) in [
                (600.0, 600.0), (86_400, 86_400), (-600, 600), (-86_400, 30), (-40 * 86_400, 5 * 86_400),
            ] {
                for key in ["busy", "quiet", "bob", "payer", "fleet-3"] {
                    for name in ["Report Viewed", "Data Exported", "Brand New Event"] {
                        try await tenant.event(
                            key, name, at: then.addingTimeInterval(at), known: then.addingTimeInterval(known))
                    }
                }
            }
            try await tenant.owner.execute(
                """
                update usage.event e set user_subject_id = u.id from usage.subject u, usage.subject s
                where u.key = 'bob' and s.key = 'busy' and e.subject_id = s.id and e.known_at > \(then)
                """)
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

            try await tenant.owner.execute(
                "update crm.account set on_holiday_until = current_date + 9 where key in ('payer', 'busy')")
            // Later, and of before but known later.
            try await records(tenant, from: 600, step: 86_400, count: 9, known: 0)
            try await records(tenant, from: -90_000, step: -86_400, count: 9, known: 90_000 + 10 * 86_400)

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
