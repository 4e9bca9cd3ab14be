import Foundation
import Postgres

/// An e-commerce event that usage-ingest received.
struct ReceivedOrder: Sendable {
    /// In `usage.order_event`.
    let id: Int64
    let event: String
    /// Whose it is; nil for an anonymous subject that nobody has identified yet.
    let account: Int64?
    let occurredAt: Date
    let knownAt: Date
    let isHistorical: Bool
    let words: OrderWords

    static let refunded = "Order Refunded"
    private static let completed = "Order Completed"

    /// Those of the events that are about an order, in the order in which they happened. A checkout that was started is no
    /// order yet: it stays an event, for segments to count.
    ///
    /// Numbers are taken as the decimal text that PostgreSQL keeps of them.
    static func read(_ ids: [Int64], in connection: PostgresConnection) async throws -> [ReceivedOrder] {
        let rows = try await connection.query(
            """
            select o.id, e.event, l.account_id, e.occurred_at, e.known_at, e.historical,
                \(fragment: text("order_id")) as order_id, \(fragment: text("refund_id")) as refund_id,
                coalesce(\(fragment: text("total")), \(fragment: text("revenue")), \(fragment: text("value"))) as amount,
                \(fragment: text("currency")) as currency, case when p.items <= 2147483647 then p.items::integer end as items
            from usage.order_event o
            join usage.event e on e.subject_id = o.subject_id and e.message_id = o.message_id collate "C" and e.sent_on = o.sent_on
            left join crm.account_subject l on l.subject_id = o.subject_id
            cross join lateral (
                select sum(coalesce(substring(product ->> 'quantity' from '^[0-9]{1,9}$')::bigint, 1)) as items
                from jsonb_array_elements(
                    case when jsonb_typeof(e.properties -> 'products') = 'array' then e.properties -> 'products' else '[]' end)
                    as products (product)
            ) as p
            where o.id = any(\(ids)) and e.event in (\(completed), \(refunded))
            order by e.occurred_at, o.id
            """)
        return try rows.map { row in
            let event: String = try row["event"]
            let words = OrderWords(
                isRefund: event == refunded, orderID: try row["order_id"], refundID: try row["refund_id"],
                amount: try row["amount"], currency: try row["currency"], items: try row["items"])
            return ReceivedOrder(
                id: try row["id"], event: event, account: try row["account_id"], occurredAt: try row["occurred_at"],
                knownAt: try row["known_at"], isHistorical: try row["historical"], words: words)
        }
    }

    /// A property that is a text or a number.
    private static func text(_ name: StaticString) -> SQL {
        SQL(
            verbatim: """
                case when jsonb_typeof(e.properties -> '\(name)') in ('string', 'number')
                    then nullif(btrim(e.properties ->> '\(name)'), '') end
                """)
    }
}
