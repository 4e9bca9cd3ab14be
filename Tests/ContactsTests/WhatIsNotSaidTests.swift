import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// A write changes what it says, and nothing else.
@Suite struct WhatIsNotSaidTests {
    @Test func aSubscriptionKeepsItsPlanSeatsRenewalAndStatus() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let whole = #"""
                {"account_key": "a", "subscription_key": "s", "mrr": "5", "currency": "EUR", "plan": "pro", "seats": 3,
                "renews_at": "2027-01-01T00:00:00Z", "status": "past_due", "changed_at": "2026-01-01T00:00:00Z"}
                """#
            #expect(try await desk.said(SubscriptionDraft.self, whole) == "made")
            let dearer = #"{"account_key": "a", "subscription_key": "s", "mrr": "6", "currency": "EUR"}"#
            #expect(try await desk.said(SubscriptionDraft.self, dearer) == "changed")
            let state: SQL = """
                select concat_ws(' ', status, coalesce(plan, '-'), mrr_minor, coalesce(seats::text, '-'),
                    coalesce(renews_at::date::text, '-')) as state
                from crm.subscription_state order by occurred_at desc, id desc limit 1
                """
            #expect(try await desk.text(state) == "past_due pro 600 3 2027-01-01")
            #expect(try await desk.said(SubscriptionDraft.self, dearer) == "unchanged")
            let emptied = #"""
                {"account_key": "a", "subscription_key": "s", "mrr": "6", "currency": "EUR", "seats": null, "plan": "basic"}
                """#
            #expect(try await desk.said(SubscriptionDraft.self, emptied) == "changed")
            #expect(try await desk.text(state) == "past_due basic 600 - 2027-01-01")
            // What was at the time that it is about, not what is now.
            let past = #"""
                {"account_key": "a", "subscription_key": "s", "mrr": "5.5", "currency": "EUR",
                "changed_at": "2026-02-01T00:00:00Z"}
                """#
            #expect(try await desk.said(SubscriptionDraft.self, past) == "changed")
            let then: SQL =
                "select (plan || coalesce(seats, 0))::text as then from crm.subscription_state where mrr_minor = 550"
            #expect(try await desk.text(then) == "pro3")
            // Cancelled, it stays so until it is said to be active.
            let cancelled = #"""
                {"account_key": "a", "subscription_key": "s", "mrr": "6", "currency": "EUR", "status": "cancelled",
                "loss_reason": "price"}
                """#
            #expect(try await desk.said(SubscriptionDraft.self, cancelled) == "changed")
            #expect(try await desk.said(SubscriptionDraft.self, dearer) == "unchanged")
            #expect(try await desk.text(state) == "cancelled basic 600 - 2027-01-01")
        }
    }

    /// To cancel one nobody has to know what it brings in.
    @Test func whatASubscriptionBringsInIsNeededOnceOnly() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let bare = #"{"account_key": "a", "subscription_key": "s""#
            #expect(try await desk.said(SubscriptionDraft.self, bare + "}").hasPrefix("mrr: is missing"))
            let made = bare + #", "mrr": "5", "currency": "EUR", "changed_at": "2026-03-01T00:00:00Z"}"#
            #expect(try await desk.said(SubscriptionDraft.self, made) == "made")
            let cancelled = bare + #", "status": "cancelled", "loss_reason": "price"}"#
            #expect(try await desk.said(SubscriptionDraft.self, cancelled) == "changed")
            #expect(try await desk.said(SubscriptionDraft.self, cancelled) == "unchanged")
            let before = bare + #", "seats": 2, "changed_at": "2026-01-01T00:00:00Z"}"#
            #expect(try await desk.said(SubscriptionDraft.self, before).contains("before its changed_at"))
            let state: SQL = """
                select status || ' ' || mrr_minor || ' ' || currency from crm.subscription_state order by id desc limit 1
                """
            #expect(try await desk.text(state) == "cancelled 500 EUR")
        }
    }

    @Test func nullEmptiesNamesTagsAndAllFields() async throws {
        try await Desk.with { desk in
            try await desk.field(.account, "tier", #"{"type": "text"}"#)
            try await desk.field(.account, "must", #"{"type": "text"}"#)
            try await desk.write(
                AccountDraft.self,
                #"""
                {"key": "a", "name": "Alpha", "kind": "person", "lead": true, "tags": ["x", "y"],
                "fields": {"tier": "gold", "must": "m"}}
                """#)
            let nothing = #"{"key": "a", "name": null, "kind": null, "lead": null, "tags": null, "fields": null}"#
            #expect(try await desk.said(AccountDraft.self, nothing) == "changed")
            let left: SQL = """
                select concat_ws(' ', name, kind, lead, fields, (select count(*) from crm.current_tag)) from crm.account
                """
            #expect(try await desk.text(left) == "a company f {} 0")
            #expect(try await desk.said(AccountDraft.self, nothing) == "unchanged")
            try await desk.write(AccountDraft.self, #"{"key": "a", "fields": {"must": "m"}}"#)
            try await desk.field(.account, "must", #"{"type": "text", "mandatory": true}"#)
            #expect(try await desk.said(AccountDraft.self, nothing).hasPrefix("fields.must: is mandatory"))
            let person = #"{"account_key": "a", "contact_key": "p", "name": "#
            try await desk.write(ContactDraft.self, person + #""Anna"}"#)
            #expect(try await desk.said(ContactDraft.self, person + "null}") == "changed")
            #expect(try await desk.text("select name from crm.contact") == "p")
        }
    }

    @Test func anOrderKeepsItsItemsAndAnInvoiceItsDay() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let order =
                #"{"account_key": "a", "order_key": "o", "ordered_at": "2026-05-01", "amount": 1, "currency": "EUR""#
            try await desk.write(OrderDraft.self, order + #", "items": 3}"#)
            #expect(try await desk.said(OrderDraft.self, order.replacing(": 1,", with: ": 2,") + "}") == "changed")
            #expect(try await desk.text("select items || ' ' || amount_minor from crm.account_order") == "3 200")
            #expect(
                try await desk.said(OrderDraft.self, order.replacing(": 1,", with: ": 2,") + #", "items": null}"#)
                    == "changed")
            #expect(try await desk.text("select coalesce(items, 0)::text from crm.account_order") == "0")
            // Some of a batch say it, some don't.
            let other = order.replacing(#""o""#, with: #""p""#)
            try await desk.write(OrderDraft.self, order + #", "items": 4}"#, other + "}")
            #expect(
                try await desk.text(
                    "select string_agg(key || coalesce(items, 0), ' ' order by key) from crm.account_order")
                    == "o4 p0")
            let invoice =
                #"{"account_key": "a", "invoice_key": "i", "amount": 1, "currency": "EUR", "issued_on": "2026-05-01""#
            try await desk.write(InvoiceDraft.self, invoice + #", "due_on": "2026-06-01"}"#)
            #expect(try await desk.said(InvoiceDraft.self, invoice + "}") == "unchanged")
            #expect(
                try await desk.said(InvoiceDraft.self, invoice.replacing("05-01", with: "07-01") + "}") == "changed")
            #expect(
                try await desk.text("select due_on::text from crm.invoice") == "2026-07-01", "not before it was written"
            )
        }
    }

    @Test func definitionsKeepTheirNamesAndRules() async throws {
        try await Desk.with { desk in
            try await desk.field(.deal, "size", #"{"type": "number", "name": "Size", "mandatory": false}"#)
            try await desk.field(.account, "tier", #"{"type": "text", "name": "Tier", "mandatory": true}"#)
            try await desk.field(.account, "tier", #"{"type": "text"}"#)
            #expect(try await desk.text("select name || mandatory from crm.field where key = 'tier'") == "Tiertrue")
            func stage(_ body: String) async throws -> String {
                try await desk.refusable {
                    try await DealStage("sales", "offer", Desk.fields(body)).write(by: "test", in: $0).word
                }
            }
            #expect(try await stage(#"{"name": "Offer", "demands": ["size"], "stalled_after_days": 9}"#) == "made")
            #expect(try await stage(#"{"position": 40}"#) == "changed")
            let row: SQL = """
                select name || demands::text || extract(day from stalled_after) || kind || position as stage
                from crm.deal_stage where key = 'offer'
                """
            #expect(try await desk.text(row) == "Offer{size}9open40")
            #expect(try await stage(#"{"demands": [], "stalled_after_days": null}"#) == "changed")
            #expect(
                try await desk.text(
                    "select demands::text || coalesce(stalled_after, '0 days') from crm.deal_stage where key = 'offer'")
                    == "{}00:00:00")
            func reason(_ body: String) async throws -> String {
                try await desk.refusable {
                    try await LossReason("slow", Desk.fields(body)).write(by: "test", in: $0).word
                }
            }
            #expect(try await reason(#"{"name": "Slow", "name_uk": "Повільно", "addressable": false}"#) == "made")
            #expect(try await reason(#"{"name": "Too slow"}"#) == "changed")
            #expect(
                try await desk.text("select name || name_uk || addressable from crm.loss_reason where key = 'slow'")
                    == "Too slowПовільноfalse")
        }
    }

    @Test func whatIsWrittenOfAMergedAccountIsRefused() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#, #"{"key": "b"}"#, #"{"key": "c"}"#)
            let first = try await desk.pool.transaction { try await Merge.run("a", into: "b", by: "test", in: $0) }
            #expect(first.into == "b")
            let said = try await desk.said(AccountDraft.self, #"{"key": "a", "city": "Kyiv"}"#)
            #expect(said.contains("was merged into “b”: write to that one"))
            #expect(try await desk.count("select from crm.account where city is not null") == 0)
            // Into one that was merged means its survivor, and the answer says so.
            let second = try await desk.pool.transaction { try await Merge.run("c", into: "a", by: "test", in: $0) }
            #expect(second.into == "b")
        }
    }
}
