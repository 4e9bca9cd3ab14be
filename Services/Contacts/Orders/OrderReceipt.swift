import Jobs
import Model
import Postgres

/// `order.received`: orders and refunds of the e-commerce events, each once by its key. What an API or a file said of an
/// order is left alone. An event that no order can be made of is no error: it is noted with the reason in
/// `crm.order_refusal`, and looked at again when its account or its order turns up.
enum OrderReceipt {
    static func run(_ job: Job) async throws {
        let ids = try job.payload(OrdersReceived.self).events
        // In a transaction of its own, as for usage: who bought has an account before the order is written.
        try await job.withCause { connection in
            let rows = try await connection.query(
                "select distinct subject_id from usage.order_event where id = any(\(ids))")
            let accounts = try await Linking.link(try rows.map { try $0["subject_id"] }, force: true, in: connection)
            try await Publication.accounts(Array(accounts), .accountChanged, in: connection)
        }
        try await job.transaction { connection in try await take(ids, in: connection) }
    }

    /// Looks again at what was bought by those whom these identifications are about.
    static func again(identified identifications: [Int64], in connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select distinct r.order_event_id from usage.identification i
            join usage.order_event o on o.subject_id = i.other_subject_id
            join crm.order_refusal r on r.order_event_id = o.id and r.account_id is null
            where i.id = any(\(identifications))
            """)
        try await take(try rows.map { try $0["order_event_id"] }, in: connection)
    }

    private static func take(_ ids: [Int64], in connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        let received = try await ReceivedOrder.read(ids, in: connection)
        var bought = Sorted()
        for order in received where !order.words.isRefund { bought.add(order) }
        var touched = try await write(bought.lines, in: connection)
        var refunds = received.filter(\.words.isRefund)
        let waiting = try await refundsWaiting(for: bought.lines.map(\.order.key), in: connection)
        refunds += try await ReceivedOrder.read(waiting.filter { !ids.contains($0) }, in: connection)
        let amounts = try await amounts(of: refunds.compactMap(\.words.orderID), in: connection)
        var returned = Sorted()
        for refund in refunds { returned.add(refund, refunded: refund.words.orderID.flatMap { amounts[$0] }) }
        touched += try await write(returned.lines, in: connection)
        try await note(bought.refused + returned.refused, in: connection)
        try await forget(bought.taken + returned.taken, in: connection)
        try await Publication.accounts(touched, .orderRecorded, in: connection)
    }

    /// Events told apart: what becomes an order, and what doesn't.
    private struct Sorted {
        private var byKey: [String: Line] = [:]
        private(set) var taken: [Int64] = []
        private(set) var refused: [Refused] = []

        /// In the order of their keys, in which they are locked.
        var lines: [Line] { byKey.values.sorted { $0.order.key < $1.order.key } }

        /// Of two events about one order the later counts.
        mutating func add(_ event: ReceivedOrder, refunded: Money? = nil) {
            do throws(Refusal) {
                let order = try event.words.order(refunded: refunded)
                guard let account = event.account else { throw Refusal(nil, "nobody knows yet whose order it is") }
                byKey[order.key] = Line(order: order, account: account, event: event)
                taken.append(event.id)
            } catch {
                refused.append(Refused(event: event, reason: error.description))
            }
        }
    }

    /// An order with whose it is and the event that says so.
    struct Line: Sendable {
        let order: OrderWords.Order
        let account: Int64
        let event: ReceivedOrder
    }

    struct Refused: Sendable {
        let event: ReceivedOrder
        let reason: String
    }
}
