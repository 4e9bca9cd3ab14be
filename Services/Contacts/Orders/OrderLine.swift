import Chassis
import Model
import Postgres

/// One line of an order: what it is, how many, and what was paid for all of them.
struct OrderLine: Sendable, Equatable {
    static let shape = Shape.named(
        "OrderLine",
        .object(
            [
                .needed("product", .text(atMost: 400), "what it is"),
                .optional("category", .text(atMost: 200), "kind of product"),
                .optional(
                    "quantity", .integer(Int64(-Int32.max)...Int64(Int32.max)),
                    "pieces, 1 unless said otherwise; negative where they came back"),
            ] + Field.money("amount", "what was paid for all of them"),
            rules: [
                Rule(alternatives: [["required": ["amount"]], ["required": ["amount_minor"]]])
            ]))
    /// The most lines of an order.
    static let most = 1_000

    let product: String
    let category: String?
    /// Pieces; negative where they came back.
    let quantity: Int32
    /// [minor units of the order's currency]
    let minor: Int64

    /// The list `lines`; nil where nothing is said of it.
    static func read(_ fields: Fields, currency: String) throws -> [OrderLine]? {
        switch fields.raw("lines") {
        case .null: return []
        // Shops write how many lines there are into a column of this name.
        case .text(let count) where Double(count) != nil: return nil
        case .text:
            throw fields.refusal(
                "lines", "expected a list in JSON as an export has it: call a column of something else otherwise")
        default: break
        }
        return try fields.objects("lines").map { items in
            try items.map { item in
                OrderLine(
                    product: try item.needed("product"), category: item.text("category").value,
                    quantity: Int32(item.integer("quantity").value ?? 1), minor: try amount(item, currency: currency))
            }
        }
    }

    /// The currency stands with the order: what is wrong with the amount can't be told from the line alone.
    private static func amount(_ item: Fields, currency: String) throws -> Int64 {
        func bad(_ reason: String) -> Refusal { item.refusal("amount", reason, code: "bad_line_amount") }
        do {
            if let minor = try item.money("amount", currency: currency) { return minor }
        } catch let refusal as Refusal {
            throw bad(refusal.reason)
        }
        throw bad("is missing: expected amount (29.33) or amount_minor (2933)")
    }

    /// Puts these lines in the place of those that are there, for the orders whose drafts say what was ordered.
    /// - Returns: keys of the orders whose lines changed.
    static func write(_ drafts: [OrderDraft], in connection: PostgresConnection) async throws -> Set<String> {
        let said = drafts.filter { $0.lines != nil }
        if said.isEmpty { return [] }
        let rows = said.flatMap { draft in
            (draft.lines ?? []).enumerated().map { (key: draft.key, place: Int32($0.offset + 1), line: $0.element) }
        }
        // Two who write the lines of one order follow one another.
        try await connection.execute(
            "select from crm.account_order where key = any(\(said.map(\.key))) order by id for update")
        let changed = try await connection.query(
            """
            with given as (
                select o.id, g.line, g.product, g.category, g.quantity, g.minor
                from unnest(\(rows.map(\.key)), \(rows.map(\.place)), \(rows.map(\.line.product)),
                    \(rows.map(\.line.category)), \(rows.map(\.line.quantity)), \(rows.map(\.line.minor)))
                    as g (key, line, product, category, quantity, minor)
                join crm.account_order o on o.key = g.key
            ), gone as (
                delete from crm.order_line l using crm.account_order o
                where o.id = l.order_id and o.key = any(\(said.map(\.key)))
                    and not exists (select from given g where g.id = l.order_id and g.line = l.line)
                returning l.order_id
            ), put as (
                insert into crm.order_line as l (order_id, line, product, category, quantity, amount_minor)
                select id, line, product, category, quantity, minor from given
                on conflict (order_id, line) do update set product = excluded.product, category = excluded.category,
                    quantity = excluded.quantity, amount_minor = excluded.amount_minor
                where (l.product, l.category, l.quantity, l.amount_minor) is distinct from
                    (excluded.product, excluded.category, excluded.quantity, excluded.amount_minor)
                returning l.order_id
            )
            select o.key from crm.account_order o where o.id in (select order_id from gone union select order_id from put)
            """)
        return Set(try changed.map { try $0["key"] })
    }
}
