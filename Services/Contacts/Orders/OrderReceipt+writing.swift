import Model
import Postgres

extension OrderReceipt {
    /// What events say of orders is taken over where events were the first to speak of them. A later event corrects what was
    /// ordered, and when it was known stays as it was.
    /// - Returns: the accounts whose orders changed.
    static func write(_ lines: [Line], in connection: PostgresConnection) async throws -> [Int64] {
        if lines.isEmpty { return [] }
        let rows = try await connection.query(
            """
            insert into crm.account_order as o (key, account_id, amount_minor, currency, items, occurred_at, known_at,
                historical, source)
            select g.*, 'usage' from unnest(
                \(lines.map(\.order.key)), \(lines.map(\.account)), \(lines.map(\.order.amount.minor)),
                \(lines.map(\.order.amount.currency)), \(lines.map(\.order.items)), \(lines.map(\.event.occurredAt)),
                \(lines.map(\.event.knownAt)), \(lines.map(\.event.isHistorical)))
                as g (key, account_id, amount_minor, currency, items, occurred_at, known_at, historical)
            order by g.key
            on conflict (key) do update set account_id = excluded.account_id, amount_minor = excluded.amount_minor,
                currency = excluded.currency, items = excluded.items
            where o.source = 'usage' and (o.account_id, o.amount_minor, o.currency, o.items) is distinct from
                (excluded.account_id, excluded.amount_minor, excluded.currency, excluded.items)
            returning account_id
            """)
        return try rows.map { try $0["account_id"] }
    }

    /// What these orders came to.
    static func amounts(of keys: [String], in connection: PostgresConnection) async throws -> [String: Money] {
        if keys.isEmpty { return [:] }
        let rows = try await connection.query(
            "select key, amount_minor, currency from crm.account_order where key = any(\(keys))")
        return try rows.reduce(into: [:]) { amounts, row in
            amounts[try row["key"]] = Money(minor: try row["amount_minor"], currency: try row["currency"])
        }
    }

    /// Refunds without an amount that came before the order which they give back.
    static func refundsWaiting(for keys: [String], in connection: PostgresConnection) async throws -> [Int64] {
        if keys.isEmpty { return [] }
        let rows = try await connection.query(
            """
            select order_event_id from crm.order_refusal
            where order_key = any(\(keys)) and event = \(ReceivedOrder.refunded)
            """)
        return try rows.map { try $0["order_event_id"] }
    }

    /// Keeps why no order could be made of these events.
    static func note(_ refused: [Refused], in connection: PostgresConnection) async throws {
        if refused.isEmpty { return }
        let keys = refused.map { $0.event.words.orderID.map { String($0.unicodeScalars.prefix(200)) } }
        try await connection.execute(
            """
            insert into crm.order_refusal (order_event_id, account_id, event, order_key, reason, occurred_at)
            select * from unnest(
                \(refused.map(\.event.id)), \(refused.map(\.event.account)), \(refused.map(\.event.event)),
                \(keys), \(refused.map(\.reason)), \(refused.map(\.event.occurredAt)))
                as g (id, account_id, event, order_key, reason, occurred_at)
            order by id
            on conflict (order_event_id) do update set account_id = excluded.account_id, reason = excluded.reason,
                noted_at = now()
            """)
    }

    /// Orders could be made of these after all.
    static func forget(_ events: [Int64], in connection: PostgresConnection) async throws {
        try await connection.execute("delete from crm.order_refusal where order_event_id = any(\(events))")
    }
}
