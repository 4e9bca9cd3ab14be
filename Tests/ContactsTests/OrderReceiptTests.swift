import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Orders that come as events of usage.
@Suite struct OrderReceiptTests {
    private static let shown: SQL = """
        select o.key, a.key as account, o.amount_minor::text, o.currency, coalesce(o.items::text, '-') as items
        from crm.account_order o join crm.account a on a.id = o.account_id order by o.key
        """
    private static let refusals: SQL = "select event, order_key, reason from crm.order_refusal order by order_event_id"

    @Test func becomeOrdersOfTheAccountOnce() async throws {
        try await Desk.with { desk in
            let properties =
                #"{"order_id":"o1","total":59.97000000000001,"revenue":50,"currency":"eur","products":[{"quantity":2},{}]}"#
            let first = try await desk.received("Order Completed", "user:anna", properties)
            let second = try await desk.received(
                "Order Completed", "group:acme", #"{"order_id":7,"revenue":"1200","currency":"JPY"}"#)
            let third = try await desk.received(
                "Checkout Started", "user:anna", #"{"order_id":"o9","total":1,"currency":"EUR"}"#)
            for _ in 0..<2 {
                try await desk.publish(.orderReceived, OrdersReceived(events: [first, second, third]))
                try await desk.work()
            }
            #expect(try await desk.text(Self.shown) == "7 acme 1200 JPY -\no1 anna 5997 EUR 3")
            #expect(try await desk.text(Self.refusals).isEmpty)
            #expect(
                try await desk.count("select from report.job where kind = 'order.recorded' and queue = 'contacts'") == 1
            )
            let kept = try await desk.count(
                """
                select from crm.account_order o join usage.event e on e.properties ->> 'order_id' = o.key
                where o.occurred_at = e.occurred_at and o.known_at = e.known_at and o.historical = e.historical
                    and o.source = 'usage'
                """)
            #expect(kept == 2)
        }
    }

    @Test func refundsTakeBack() async throws {
        try await Desk.with { desk in
            // The refund of the whole order comes first, and waits for its order.
            let all = try await desk.received("Order Refunded", "user:anna", #"{"order_id":"o1"}"#)
            try await desk.publish(.orderReceived, OrdersReceived(events: [all]))
            try await desk.work()
            #expect(
                try await desk.text(Self.refusals)
                    == "Order Refunded o1 total: is missing, and the order that is given back is not known")
            let order = try await desk.received(
                "Order Completed", "user:anna", #"{"order_id":"o1","value":10.5,"currency":"USD"}"#)
            let part = try await desk.received(
                "Order Refunded", "user:anna", #"{"order_id":"o1","refund_id":"r1","total":2,"currency":"USD"}"#)
            try await desk.publish(.orderReceived, OrdersReceived(events: [part, order]))
            try await desk.work()
            let expected = "o1 anna 1050 USD -\no1:refund anna -1050 USD -\no1:refund:r1 anna -200 USD -"
            #expect(try await desk.text(Self.shown) == expected)
            #expect(try await desk.text(Self.refusals).isEmpty)
        }
    }

    @Test func whatCanNotBeReadIsNotedWithItsReason() async throws {
        try await Desk.with { desk in
            let bodies = [
                "{}", #"{"order_id":"a","currency":"EUR"}"#, #"{"order_id":"b","total":19.995,"currency":"EUR"}"#,
                #"{"order_id":"c","total":1,"currency":"euro"}"#, #"{"order_id":{"x":1},"total":true,"currency":7}"#,
                "{\"order_id\":\"\(String(repeating: "d", count: 5_000))\",\"total\":1,\"currency\":\"EUR\"}",
            ]
            var events: [Int64] = []
            for body in bodies { events.append(try await desk.received("Order Completed", "user:anna", body)) }
            events.append(
                try await desk.received("Order Completed", "user:anna", #"{"order_id":"z","total":1,"currency":"EUR"}"#)
            )
            try await desk.publish(.orderReceived, OrdersReceived(events: events))
            try await desk.work()
            #expect(try await desk.text(Self.shown) == "z anna 100 EUR -")
            let reasons = try await desk.text("select reason from crm.order_refusal order by order_event_id")
            let fields = reasons.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
            #expect(fields == ["order_id", "total", "total", "currency", "order_id", "order_id"])
            #expect(try await desk.count("select from report.job where state = 'dead'") == 0)
        }
    }

    @Test func whoBoughtBeforeSigningInIsFoundLater() async throws {
        try await Desk.with { desk in
            let event = try await desk.received(
                "Order Completed", "anonymous:x", #"{"order_id":"o1","total":1,"currency":"EUR"}"#)
            try await desk.publish(.orderReceived, OrdersReceived(events: [event]))
            try await desk.work()
            #expect(try await desk.text(Self.refusals) == "Order Completed o1 nobody knows yet whose order it is")
            let subjects = try await desk.subjects("user:anna", "anonymous:x")
            let call = try await desk.identification("identify", subjects[0], subjects[1])
            try await desk.publish(.accountIdentified, IdentificationsRecorded(identifications: [call]))
            try await desk.work()
            #expect(try await desk.text(Self.shown) == "o1 anna 100 EUR -")
            #expect(try await desk.text(Self.refusals).isEmpty)
        }
    }

    @Test func whatAFileSaidStays() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,name\nanna,Anna\n")
            try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\nanna,o1,2026-05-01T00:00:00Z,5,EUR\n")
            let event = try await desk.received(
                "Order Completed", "user:anna", #"{"order_id":"o1","total":6,"currency":"EUR"}"#)
            try await desk.publish(.orderReceived, OrdersReceived(events: [event]))
            try await desk.work()
            #expect(try await desk.text(Self.shown) == "o1 anna 500 EUR -")
        }
    }
}

extension Desk {
    /// An e-commerce event as usage-ingest writes it; its number in `usage.order_event`.
    fileprivate func received(_ event: String, _ subject: String, _ properties: String) async throws -> Int64 {
        guard let id = try await subjects(subject, events: false).first else { throw TestBedError("no subject") }
        let row = try await database.owner.first(
            """
            with written as (
                insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at, properties)
                select \(id), gen_random_uuid()::text, (now() at time zone 'UTC')::date, \(event),
                    now() - interval '1 hour', now() - interval '1 hour', \(JSONText(properties))
                returning subject_id, message_id, sent_on
            )
            insert into usage.order_event (subject_id, message_id, sent_on) select * from written returning id
            """)
        guard let number: Int64 = try row?["id"] else { throw TestBedError("no event") }
        return number
    }
}
