import Foundation
import Jobs
import Model
import Postgres
import Segments
import TestBed
import Testing

@testable import Contacts

/// Whatever changes, segments follow.
@Suite struct FollowingTests {
    private func define(_ desk: Desk, _ key: String, _ expression: String) async throws {
        _ = try await desk.pool.transaction { connection in
            try await SegmentDefinition.define(
                SegmentDefinition(key: key, name: key, expression: expression), by: "test", in: connection)
        }
    }

    private func members(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select coalesce(string_agg(s.key || ':' || a.key, ' ' order by s.key, a.key), '') as members
            from crm.segment_member m
            join crm.account a on a.id = m.account_id join crm.segment s on s.id = m.segment_id
            """)
    }

    @Test func aRecordThatMovesTakesItsAccountOutAndTheOtherIn() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#, #"{"key": "b"}"#)
            for (key, expression) in [
                ("orders", "orders.count(365 days) >= 1"), ("subs", #"subscription.status = "active""#),
                ("tickets", "tickets.open >= 1"), ("deals", "deals.open >= 1"), ("people", "contacts.count >= 1"),
                ("goals", "goals.open >= 1"), ("bills", "invoices.overdue >= 1"),
            ] { try await define(desk, key, expression) }
            func write(_ account: String) async throws {
                let who = "{\"account_key\": \"\(account)\", "
                let now = Timestamp.write(Date(timeIntervalSinceNow: -3_600))
                try await desk.write(
                    OrderDraft.self,
                    who + "\"order_key\": \"o\", \"ordered_at\": \"\(now)\", \"amount\": 1, \"currency\": \"EUR\"}")
                try await desk.write(
                    SubscriptionDraft.self, who + #""subscription_key": "s", "mrr": "5", "currency": "EUR"}"#)
                try await desk.write(TicketDraft.self, who + #""ticket_key": "t", "subject": "x"}"#)
                try await desk.write(DealDraft.self, who + #""deal_key": "d", "name": "x"}"#)
                try await desk.write(ContactDraft.self, who + #""contact_key": "c", "name": "x"}"#)
                try await desk.write(GoalDraft.self, who + #""goal_key": "g", "words": "x"}"#)
                try await desk.write(
                    InvoiceDraft.self,
                    who + #""invoice_key": "i", "amount": 1, "currency": "EUR", "issued_on": "2026-01-01"}"#)
                try await desk.work()
            }
            try await write("a")
            #expect(try await members(desk) == "bills:a deals:a goals:a orders:a people:a subs:a tickets:a")
            try await write("b")
            #expect(try await members(desk) == "bills:b deals:b goals:b orders:b people:b subs:b tickets:b")
            // Paid, it is no more overdue.
            try await desk.write(
                InvoiceDraft.self,
                #"""
                {"account_key": "b", "invoice_key": "i", "amount": 1, "currency": "EUR", "issued_on": "2026-01-01",
                "paid_at": "2026-02-01T00:00:00Z"}
                """#)
            try await desk.work()
            #expect(try await members(desk).hasPrefix("deals:b "))
        }
    }

    @Test func whatIsWrittenAgainAsItsSurvivorsStaysWhereItIs() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#, #"{"key": "b"}"#)
            let order =
                #"{"account_key": "a", "order_key": "o", "ordered_at": "2026-05-01", "amount": 1, "currency": "EUR"}"#
            try await desk.write(OrderDraft.self, order)
            _ = try await desk.pool.transaction { try await Merge.run("a", into: "b", by: "test", in: $0) }
            #expect(try await desk.said(OrderDraft.self, order.replacing(#""a""#, with: #""b""#)) == "unchanged")
            let owner: SQL = "select a.key from crm.account_order o join crm.account a on a.id = o.account_id"
            #expect(try await desk.text(owner) == "a")
        }
    }

    @Test func undoneContactsAndRefusalsAreFollowed() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            try await define(desk, "people", "contacts.count >= 1")
            try await define(desk, "talked", #"interaction.count(30 days, "in") >= 1"#)
            let done = try await desk.importing(
                .contacts, "account_key,contact_key,name,email,consents\na,c,Ann,ann@x.de,mail:news=granted\n")
            try await desk.work()
            #expect(try await members(desk) == "people:a")
            try await desk.write(
                ContactDraft.self,
                #"""
                {"account_key": "a", "contact_key": "c", "consents": [{"channel": "mail", "topic": "news", "granted": false}]}
                """#)
            try await desk.work()
            #expect(try await members(desk) == "people:a talked:a")
            try await desk.database.owner.execute("delete from crm.interaction")
            try await desk.database.owner.execute(
                "delete from crm.contact_consent where not granted")
            _ = try await desk.pool.transaction { try await ImportUndo.run(done.id, by: "test", in: $0) }
            try await desk.work()
            #expect(try await members(desk).contains("people") == false)
        }
    }

    /// A job that began before an owner was written, and looks after it.
    @Test func whoWaitedSeesWhatWasWrittenMeanwhile() async throws {
        try await Desk.with { desk in
            try await desk.user("ann")
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            try await define(desk, "anns", #"owner = "ann""#)
            try await desk.work()
            let id = try await desk.id("a")
            try await desk.pool.transaction { connection in
                _ = try await connection.first("select now()")
                try await desk.database.owner.execute(
                    """
                    insert into crm.account_owner (account_id, user_id, occurred_at)
                    select \(id), u.id, clock_timestamp() from crm.team_user u where u.name = 'ann'
                    """)
                try await Membership.evaluate(reading: [.account], for: [id], in: connection)
            }
            #expect(try await members(desk) == "anns:a")
        }
    }

    @Test func manyLongSegmentsAreAskedInParts() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a", "country": "UA"}"#)
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            let lands = letters.flatMap { one in letters.map { "\"\(one)\($0)\"" } }
            let list = (lands.prefix(470) + ["\"UA\""]).joined(separator: ", ")
            for number in 0..<140 {
                try await define(desk, "s\(number)", "country in (\(list)) or key = \"\(number)\"")
            }
            try await define(desk, "home", #"country = "UA""#)
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 141)
            try await desk.write(AccountDraft.self, #"{"key": "b", "country": "UA"}"#)
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 282)
            #expect(try await desk.count("select from report.job where queue = 'contacts' and state = 'dead'") == 0)
        }
    }

    @Test func segmentsThatDoubleWithEachLevelAreRefused() async throws {
        try await Desk.with { desk in
            try await define(desk, "e0", #"country = "UA""#)
            var refusal: SegmentDefinition.Fault?
            for level in 1...15 where refusal == nil {
                let below = "in segment(\"e\(level - 1)\")"
                do {
                    try await define(desk, "e\(level)", "\(below) or not \(below)")
                } catch let fault as SegmentDefinition.Fault {
                    refusal = fault
                    #expect(level > 8)
                }
            }
            #expect("\(try #require(refusal))".contains("facts and values"))
            // What would make one above it too large is refused as well.
            let lands = (0..<200).map { "\"X\($0)\"" }.joined(separator: ", ")
            let fault = await #expect(throws: SegmentDefinition.Fault.self) {
                try await define(desk, "e0", "country in (\(lands))")
            }
            #expect(fault.map { "\($0)" }?.contains("asks for this one") == true)
            #expect(try await desk.text("select expression from crm.segment where key = 'e0'") == #"country = "UA""#)
        }
    }
}
