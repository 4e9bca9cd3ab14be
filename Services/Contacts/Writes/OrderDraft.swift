import Foundation
import Model
import Postgres

/// One order; a refund is an order with a negative amount.
struct OrderDraft: Draft {
    static let keyField = "order_key"
    static let fields: [Field] =
        [
            .needed("account_key", .key, "who ordered"),
            .needed("order_key", .key, "the outside world's id for the order"),
            .needed("ordered_at", .form(.time), "when; orders are history"),
        ] + Field.money("amount", "what it came to; negative for a refund") + [
            .needed("currency", .form(.currency), "of the amount"),
            .optional("items", .count(atMost: Int64(Int32.max)), "how many pieces"),
            .optional(
                "lines", .list(OrderLine.shape, atMost: OrderLine.most),
                "what was ordered, in place of what is known of it; what isn't said stays"),
        ]
    static let rules = [Rule.money("amount")]

    let key: String
    let accountKey: String
    let amount: Money
    let items: Said<Int32>
    let orderedAt: Date
    /// What was ordered; nil where nothing is said of it.
    let lines: [OrderLine]?

    init(_ fields: Fields) throws {
        key = try fields.needed("order_key")
        accountKey = try fields.needed("account_key")
        let currency = try fields.currency("currency")
        guard let minor = try fields.money("amount", currency: currency),
            let money = Money(minor: minor, currency: currency)
        else {
            throw fields.refusal("amount", "is missing: expected amount (29.33) or amount_minor (2933)")
        }
        amount = money
        items = fields.integer("items").map { Int32($0) }
        guard let time = try fields.past("ordered_at").value else {
            throw fields.refusal("ordered_at", "is missing: expected a time such as 2026-05-31T12:00:00Z")
        }
        orderedAt = time
        lines = try OrderLine.read(fields, currency: currency)
    }

    static func write(
        _ drafts: [OrderDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let ids = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.account_order", telling: .orderRecorded, in: connection
        )
        let known = drafts.compactMap { draft in ids[draft.key].map { (draft: draft, account: $0) } }
        var written: [String: Bool] = [:]
        for part in [known.filter { !$0.draft.items.isNothing }, known.filter(\.draft.items.isNothing)]
        where !part.isEmpty {
            for (key, made) in try await insert(part, origin, in: connection) { written[key] = made }
        }
        let lined = try await OrderLine.write(known.map(\.draft), in: connection)
        for key in lined where written[key] == nil { written[key] = false }
        let touched = known.compactMap { written[$0.draft.key] == nil ? nil : $0.account }
        try await Publication.accounts(touched, .orderRecorded, in: connection)
        return drafts.map { draft in
            guard ids[draft.key] != nil else { return .refused(AccountIDs.unknown(draft.accountKey)) }
            return written[draft.key].map { $0 ? .made : .changed } ?? .unchanged
        }
    }

    /// Writes orders that all say how many pieces they have, or none.
    /// - Returns: the keys of those that are new (true) or were changed.
    private static func insert(
        _ known: [(draft: OrderDraft, account: Int64)], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [(String, Bool)] {
        let items: SQL = known.first?.draft.items.isNothing == true ? "o.items" : "excluded.items"
        return try await connection.query(
            """
            insert into crm.account_order as o (key, account_id, amount_minor, currency, items, occurred_at, known_at,
                historical, source)
            select g.*, case when \(origin.isHistory) then g.occurred_at else now() end, \(origin.isHistory), \(origin.source)
            from unnest(\(known.map(\.draft.key)), \(known.map(\.account)), \(known.map(\.draft.amount.minor)),
                \(known.map(\.draft.amount.currency)), \(known.map(\.draft.items.value)), \(known.map(\.draft.orderedAt)))
                as g (key, account_id, amount_minor, currency, items, occurred_at)
            order by g.key
            on conflict (key) do update set account_id = excluded.account_id, amount_minor = excluded.amount_minor,
                currency = excluded.currency, items = \(fragment: items), occurred_at = excluded.occurred_at
            where (o.account_id, o.amount_minor, o.currency, o.items, o.occurred_at) is distinct from
                (excluded.account_id, excluded.amount_minor, excluded.currency, \(fragment: items), excluded.occurred_at)
            returning o.key, xmax = 0 as made
            """
        ).map { try $0.decode(String.self, Bool.self) }
    }
}
