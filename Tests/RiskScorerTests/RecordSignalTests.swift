import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Signals of what is recorded of a customer: money, tickets, talk, requests.
struct RecordSignalTests {
    private func sheet(_ accounts: [String], _ script: String, _ tenant: Tenant) async throws -> Sheet {
        for key in accounts { try await tenant.account(key, sendsUsage: false) }
        try await tenant.owner.withConnection { try await $0.script(script) }
        return try await Sheet(tenant)
    }

    private static func id(_ key: String) -> String { "(select id from crm.account where key = '\(key)')" }

    private static func interaction(_ key: String, _ direction: String, _ days: [Int], contact: String = "null")
        -> String
    {
        """
        insert into crm.interaction (account_id, contact_id, kind, title, direction, occurred_at, known_at)
        select \(id(key)), \(contact), 'mail', 'x', '\(direction)', now() - d * interval '1 day', now() - d * interval '1 day'
        from unnest(array\(days)) d;
        """
    }

    @Test func aPaymentThatFailedIsInvoluntary() async throws {
        try await Tenant.with { tenant in
            for key in ["late", "fresh", "fine", "none"] { try await tenant.account(key, sendsUsage: false) }
            for key in ["late", "fresh", "fine"] { try await tenant.subscribe(key, daysAgo: 200) }
            try await tenant.owner.execute(
                """
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, occurred_at, known_at)
                select id, 'past_due', 4900, 'EUR', at, at from crm.subscription,
                    (values ('late', now() - interval '14 days'), ('fresh', now())) v (name, at) where key = name
                """)
            let sheet = try await Sheet(tenant)
            let late = try #require(sheet["late", "payment_failed"].value)
            let fresh = try #require(sheet["fresh", "payment_failed"].value)
            #expect(abs(late - 0.85) < 0.001 && abs(fresh - 0.4) < 0.001)
            #expect(sheet["fine", "payment_failed"].value == 0)
            #expect(sheet["none", "payment_failed"].status == "not_applicable")
            #expect(Signal.all.filter(\.isInvoluntary).map(\.name) == ["payment_failed", "invoice_overdue"])
        }
    }

    /// What changes while it is unpaid doesn't make it fresh; what was paid in between does.
    @Test func aPaymentFailsSinceItWasLastInOrder() async throws {
        try await Tenant.with { tenant in
            for key in ["seats", "paid"] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.subscribe(key, daysAgo: 200)
            }
            try await tenant.owner.execute(
                """
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, seats, occurred_at, known_at)
                select s.id, v.status, 4900, 'EUR', n, at, at from crm.subscription s,
                    (values ('seats', 'past_due', 1, 14), ('seats', 'past_due', 2, 1), ('paid', 'past_due', 1, 60),
                        ('paid', 'active', 2, 50), ('paid', 'past_due', 3, 14)) v (name, status, n, days),
                    lateral (select now() - days * interval '1 day' as at) w where key = name
                """)
            let sheet = try await Sheet(tenant)
            for key in ["seats", "paid"] {
                #expect(abs(try #require(sheet[key, "payment_failed"].value) - 0.85) < 0.001, "\(key)")
            }
        }
    }

    @Test func invoicesThatAreOverdue() async throws {
        try await Tenant.with { tenant in
            let sheet = try await sheet(
                ["late", "paid", "void", "due", "none"],
                """
                insert into crm.invoice (account_id, key, amount_minor, currency, issued_on, due_on, paid_at, voided_at, known_at)
                select a.id, v.key || v.days, 100, 'EUR', current_date - 60, current_date - v.days,
                    case when v.key = 'paid' then now() - interval '1 day' end,
                    case when v.key = 'void' then now() - interval '1 day' end, now() - interval '60 days'
                from (values ('late', 14), ('late', 2), ('late', -5), ('paid', 14), ('void', 14), ('due', 0)) v (key, days)
                join crm.account a on a.key = v.key
                """, tenant)
            #expect(sheet["late", "invoice_overdue"].value == 0.5)
            #expect(sheet["late", "invoice_overdue"].evidence.contains(#""invoices": 2"#))
            for key in ["paid", "void", "due"] { #expect(sheet[key, "invoice_overdue"].value == 0, "\(key)") }
            #expect(sheet["none", "invoice_overdue"].status == "no_data")
        }
    }

    @Test func complaintsAddUpAndFade() async throws {
        try await Tenant.with { tenant in
            let sheet = try await sheet(
                ["angry", "once", "long-ago", "calm", "silent"],
                """
                insert into crm.ticket (account_id, key, subject, occurred_at, known_at, feedback, feedback_at)
                select a.id, v.key || v.n, 'x', now() - v.days * interval '1 day', now() - v.days * interval '1 day', v.feedback,
                    case when v.feedback is not null then now() - v.days * interval '1 day' end
                from (values ('angry', 1, 0, 'bad'), ('angry', 2, 0, null), ('once', 1, 30, 'bad'), ('long-ago', 1, 300, 'bad'),
                    ('calm', 1, 3, 'good')) v (key, n, days, feedback)
                join crm.account a on a.key = v.key;
                insert into crm.ticket_state (ticket_id, status, escalated, occurred_at, known_at)
                select t.id, v.status, v.escalated, now() - v.minutes * interval '1 minute', now() - v.minutes * interval '1 minute'
                from crm.ticket t, (values ('open', false, 9), ('solved', false, 8), ('open', false, 7), ('open', true, 6))
                    v (status, escalated, minutes) where t.key = 'angry2'
                """, tenant)
            let angry = try #require(sheet["angry", "dissatisfaction"].value)
            #expect(abs(angry - (1 - 0.5 * 0.5 * 0.65)) < 0.001)
            #expect(abs(try #require(sheet["once", "dissatisfaction"].value) - 0.25) < 0.001)
            #expect(try #require(sheet["long-ago", "dissatisfaction"].value) < 0.001)
            #expect(sheet["calm", "dissatisfaction"].value == 0)
            #expect(sheet["silent", "dissatisfaction"].status == "no_data")
        }
    }

    @Test func answersThatCameTooLate() async throws {
        try await Tenant.with { tenant in
            // In working hours three weeks are late for anything, five minutes for nothing.
            let sheet = try await sheet(
                ["waited", "served", "none"],
                """
                insert into crm.ticket (account_id, key, subject, occurred_at, known_at, first_answered_at)
                select a.id, v.key || v.n, 'x', now() - interval '30 days', now() - interval '30 days',
                    now() - interval '30 days' + v.wait
                from (values ('waited', 1, interval '21 days'), ('waited', 2, null), ('waited', 3, interval '5 minutes'),
                    ('served', 1, interval '5 minutes')) v (key, n, wait)
                join crm.account a on a.key = v.key
                """, tenant)
            #expect(sheet["waited", "support_target_missed"].value == 0.5)
            #expect(sheet["served", "support_target_missed"].value == 0)
            #expect(sheet["none", "support_target_missed"].status == "not_applicable")
        }
    }

    @Test func whatWasAskedForInVain() async throws {
        try await Tenant.with { tenant in
            let sheet = try await sheet(
                ["waits", "refused", "got", "none"],
                """
                insert into crm.product_request (key, title, status, shipped_at) values
                    ('open', 'x', 'open', null), ('no', 'x', 'declined', null), ('done', 'x', 'shipped', now());
                insert into crm.request_vote (request_id, account_id, occurred_at)
                select q.id, a.id, now() - interval '60 days'
                from (values ('waits', 'open'), ('refused', 'no'), ('got', 'done')) v (account, request)
                join crm.account a on a.key = v.account join crm.product_request q on q.key = v.request
                """, tenant)
            #expect(abs(try #require(sheet["waits", "request_unmet"].value) - 0.125) < 0.001)
            #expect(abs(try #require(sheet["refused", "request_unmet"].value) - 0.2) < 0.001)
            for key in ["got", "none"] { #expect(sheet[key, "request_unmet"].status == "not_applicable", "\(key)") }
        }
    }

    @Test func renewalsOfLongTermsComeNear() async throws {
        try await Tenant.with { tenant in
            for (key, days, renews) in [("near", 350, 10), ("soon", 300, 50), ("far", 100, 265), ("monthly", 20, 10)] {
                try await tenant.account(key, sendsUsage: false)
                try await tenant.subscribe(key, daysAgo: days)
                try await tenant.owner.execute(
                    """
                    update crm.subscription_state set renews_at = now() + \(renews) * interval '1 day'
                    where subscription_id = (select id from crm.subscription where key = \(key))
                    """)
            }
            // Seats that were added lately are no new term.
            try await tenant.owner.execute(
                """
                insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, renews_at, occurred_at, known_at)
                select subscription_id, status, mrr_minor + 1, currency, renews_at, now(), now() from crm.subscription_state
                where subscription_id = (select id from crm.subscription where key = 'near')
                """)
            let sheet = try await Sheet(tenant)
            let values = ["near", "soon", "far"].map { sheet[$0, "renewal_near"].value }
            #expect(values == [1, 0.5, 0])
            #expect(sheet["monthly", "renewal_near"].status == "not_applicable")
        }
    }

    @Test func customersWhoStopTalking() async throws {
        try await Tenant.with { tenant in
            let weekly = Array(stride(from: 100, through: 240, by: 7))
            let sheet = try await sheet(
                ["gone", "regular", "curt", "once"],
                Self.interaction("gone", "in", weekly)
                    + Self.interaction("regular", "in", weekly + Array(stride(from: 2, to: 100, by: 7)))
                    + Self.interaction("curt", "out", [16, 20, 25, 30, 35, 100, 120, 140, 160, 180])
                    + Self.interaction("curt", "in", [2, 99, 118, 139, 158, 178])
                    + Self.interaction("once", "in", [200]), tenant)
            let gone = try #require(sheet["gone", "communication_decline"].value)
            let regular = try #require(sheet["regular", "communication_decline"].value)
            #expect(gone > 0.9 && regular < 0.3)
            let curt = sheet["curt", "communication_decline"]
            #expect(try #require(curt.value) > 0.5)
            #expect(curt.evidence.contains(#""kind": "answers""#), "\(curt)")
            #expect(sheet["once", "communication_decline"].status == "insufficient_history")
        }
    }

    @Test func aChampionWhoFallsSilent() async throws {
        try await Tenant.with { tenant in
            func contact(_ key: String, _ account: String, _ role: String) -> String {
                """
                insert into crm.contact (account_id, key, name, role, created_at)
                values (\(Self.id(account)), '\(key)', 'x', '\(role)', now() - interval '300 days');
                """
            }
            func said(_ key: String, _ account: String, _ days: [Int]) -> String {
                Self.interaction(account, "in", days, contact: "(select id from crm.contact where key = '\(key)')")
            }
            let (old, new) = (
                Array(stride(from: 90, through: 200, by: 10)), Array(stride(from: 3, through: 200, by: 10))
            )
            let sheet = try await sheet(
                ["gone", "kept", "users", "here"],
                contact("a", "gone", "decides") + said("a", "gone", old)
                    + contact("b", "kept", "decides") + said("b", "kept", old)
                    + contact("c", "kept", "influences") + said("c", "kept", new)
                    + contact("d", "users", "uses") + said("d", "users", old)
                    + contact("e", "here", "decides") + said("e", "here", new), tenant)
            let gone = try #require(sheet["gone", "champion_gone"].value)
            let kept = try #require(sheet["kept", "champion_gone"].value)
            #expect(gone > 0.9 && abs(kept * 2 - gone) < 0.001)
            #expect(sheet["here", "champion_gone"].value == 0)
            #expect(sheet["users", "champion_gone"].status == "no_data")
        }
    }
}
