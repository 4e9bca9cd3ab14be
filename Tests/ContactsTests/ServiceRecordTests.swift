import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Invoices, order lines, requests and goals.
@Suite struct ServiceRecordTests {
    @Test func invoicesAreDuePaidOverdueOrVoid() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            func invoice(_ key: String, _ more: String) -> String {
                #"{"account_key": "a", "invoice_key": "\#(key)", "currency": "EUR", "issued_on": "2026-01-01"\#(more)}"#
            }
            let late = invoice("late", #", "amount": 10, "due_on": "2026-01-31""#)
            try await desk.write(
                InvoiceDraft.self, late, invoice("due", #", "amount": 20, "due_on": "2199-01-31""#),
                invoice("paid", #", "amount": 30, "paid_at": "2026-01-05T12:00:00Z""#),
                invoice("void", #", "amount": 40, "voided_at": "2026-01-05T12:00:00Z""#),
                invoice("back", #", "amount": -5"#))
            #expect(
                try await desk.text(
                    "select invoice, status, (days_overdue > 200)::text as late from report.invoice order by 1")
                    == "back credit -\ndue due -\nlate overdue true\npaid paid -\nvoid void -")
            #expect(try await desk.said(InvoiceDraft.self, late) == "unchanged")
            #expect(
                try await desk.said(InvoiceDraft.self, invoice("paid", #", "amount": 30"#)) == "unchanged",
                "that it was paid stays")
            #expect(
                try await desk.said(InvoiceDraft.self, invoice("paid", #", "amount": 30, "paid_at": null"#))
                    == "changed")
            #expect(try await desk.text("select status from report.invoice where invoice = 'paid'") == "overdue")
            #expect(
                try await desk.said(InvoiceDraft.self, invoice("x", #", "amount": 1, "due_on": "2025-12-31""#))
                    .hasPrefix("due_on: lies before issued_on"))
            let file =
                "account_key,invoice_key,amount,currency,issued_on,due_on,paid_at\na,f,\"1 000,50\",UAH,05.01.2026,,\n"
            #expect(
                try await desk.importing(.invoices, file).tally == Tally(refused: 1), "the notation was not declared")
        }
    }

    @Test func ordersHaveLines() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            func order(_ lines: String) -> String {
                #"{"account_key": "a", "order_key": "1", "ordered_at": "2026-05-01", "amount": 30, "currency": "USD"\#(lines)}"#
            }
            let two = order(
                #", "lines": [{"product": "Tea", "category": "Drinks", "quantity": 2, "amount": 20}, {"product": "Cup", "amount_minor": 1000}]"#
            )
            let lines: SQL = """
                select line::text, product, category, quantity::text, amount_minor::text from crm.order_line order by line
                """
            #expect(try await desk.said(OrderDraft.self, two) == "made")
            #expect(try await desk.text(lines) == "1 Tea Drinks 2 2000\n2 Cup - 1 1000")
            #expect(try await desk.said(OrderDraft.self, two) == "unchanged")
            #expect(try await desk.said(OrderDraft.self, order("")) == "unchanged", "nothing is said of them")
            let recorded = try await desk.heard(.orderRecorded, on: "contacts")
            #expect(
                try await desk.said(OrderDraft.self, order(#", "lines": [{"product": "Cup", "amount": 30}]"#))
                    == "changed")
            #expect(try await desk.text(lines) == "1 Cup - 1 3000")
            #expect(try await desk.heard(.orderRecorded, on: "contacts") == recorded + 1)
            #expect(try await desk.said(OrderDraft.self, order(#", "lines": []"#)) == "changed")
            #expect(try await desk.count(lines) == 0)
            let wrong = try await desk.said(
                OrderDraft.self, order(#", "lines": [{"product": "Cup", "amount": 1}, {"product": "Tea"}]"#))
            #expect(wrong.hasPrefix("lines[1].amount: is missing"))
            let many = Array(repeating: #"{"product": "Cup", "amount": 1}"#, count: 1_001).joined(separator: ",")
            let refused = try await desk.said(OrderDraft.self, order(", \"lines\": [\(many)]"))
            #expect(refused.hasPrefix("lines: expected at most 1000 of them, found 1001"))
        }
    }

    @Test func requestsAreCountedByVotesAndMoneyAndTheirShippingIsTold() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\nb\nc\n")
            try await desk.write(
                SubscriptionDraft.self,
                #"{"account_key": "a", "subscription_key": "s", "mrr": 10, "currency": "EUR"}"#)
            try await desk.database.owner.execute(
                "select queue.subscribe('request.shipped', 'scheduler', 'request.shipped')")
            func put(_ body: String) async throws -> String {
                try await desk.refusable { connection in
                    try await ProductRequest("dark-mode", Desk.fields(body)).write(by: "test", in: connection).word
                }
            }
            func vote(_ account: String, _ body: String = "{}") async throws -> String {
                try await desk.refusable { connection in
                    try await Vote(Desk.fields(body)).write("dark-mode", account, by: "test", in: connection).word
                }
            }
            #expect(try await put(#"{"title": "Dark mode", "features": ["looks"]}"#) == "made")
            #expect(try await put(#"{"title": "Dark mode"}"#) == "unchanged")
            #expect(try await vote("a", #"{"words": "My eyes!", "channel": "call"}"#) == "made")
            #expect(try await vote("a", #"{"words": "My eyes!", "channel": "call"}"#) == "unchanged")
            #expect(try await vote("b") == "made")
            #expect(
                try await vote("b", #"{"contact_key": "nobody"}"#).hasPrefix("contact_key: the account has no contact"))
            let counted = try await desk.text(
                "select request, votes::text, money::text, array_to_string(features, ',') as features from report.product_request"
            )
            #expect(counted == #"dark-mode 2 {"EUR": 12000} looks"#)
            #expect(try await put(#"{"status": "shipped"}"#) == "changed")
            #expect(try await put(#"{"status": "open"}"#) == "changed")
            #expect(try await put(#"{"status": "shipped"}"#) == "changed")
            #expect(try await desk.heard(.requestShipped, on: "scheduler") == 1, "its requesters are told once")
            let removed = try await desk.refusable { connection in
                try await Vote.remove("dark-mode", "b", by: "test", in: connection) ? "gone" : "none"
            }
            #expect(removed == "gone")
            #expect(try await desk.text("select votes::text from report.product_request") == "1")
        }
    }

    @Test func goalsAreAgreedAndReviewed() async throws {
        try await Desk.with { desk in
            try await desk.user("ines")
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let body =
                #"{"account_key": "a", "goal_key": "g", "words": "All 40 people use it weekly", "due_on": "2026-06-30"}"#
            #expect(try await desk.said(GoalDraft.self, body) == "made")
            #expect(try await desk.said(GoalDraft.self, body) == "unchanged")
            func review(_ body: String, _ goal: String = "g") async throws -> String {
                try await desk.refusable { connection in
                    try await GoalReview(Desk.fields(body)).write(goal, by: "test", in: connection) == nil
                        ? "none" : "made"
                }
            }
            #expect(try await review(#"{"progress": 60, "words": "24 of 40", "by": "ines"}"#) == "made")
            #expect(try await review(#"{"progress": 101}"#).hasPrefix("progress: expected a whole number"))
            #expect(try await review("{}").hasPrefix("words: is missing"))
            #expect(try await review(#"{"progress": 1, "by": "nobody"}"#).hasPrefix("by: there is no user"))
            #expect(try await review(#"{"progress": 1}"#, "none") == "none")
            let now: SQL = "select goal, status, progress::text, late::text from report.goal"
            #expect(try await desk.text(now) == "g open 60 true")
            #expect(
                try await desk.said(GoalDraft.self, #"{"account_key": "a", "goal_key": "g", "status": "reached"}"#)
                    == "changed")
            #expect(try await desk.text(now) == "g reached 60 false")
        }
    }
}
