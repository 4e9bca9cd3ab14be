import Postgres

extension Operation {
    /// Orders; a refund is an order with a negative amount.
    static let orders: [Operation] =
        [
            list("order", in: "orders", order) { whose in "\(fragment: rows) where o.\(fragment: whose)" },
            get("order", in: "orders", Record.order, order) { key in
                "select item from (\(fragment: rows) where o.key = \(key)) r"
            },
        ]
        + writes(
            OrderDraft.self, "order", in: "orders", Record.order,
            problems: [
                .unknownAccount, .refusal("in_future", words: "The order's time lies more than a day ahead."),
                .refusal("bad_line_amount", words: "A line has no amount, or one that its currency doesn't have."),
            ])

    private static let rows: SQL = """
        select o.key, to_jsonb(o) - '{id,account_id,import_id,edited}'::text[] || jsonb_build_object('account_key', a.key,
            'lines', coalesce((
                select jsonb_agg(to_jsonb(l) - '{order_id,line,import_id}'::text[] order by l.line) from crm.order_line l
                where l.order_id = o.id), '[]')) as item
        from crm.account_order o join crm.account_root r on r.account_id = o.account_id join crm.account a on a.id = r.root_id
        """

    private static let order = Shape.record([
        .needed("key", .words, "the outside world's id for it"), .needed("account_key", .words, "who ordered"),
        .needed("amount_minor", .integer(.min ... .max), "in minor units of the currency"),
        .needed("currency", .words, "ISO 4217 code"), .optional("items", .count(), "how many pieces"),
        .needed("occurred_at", .moment, "when it was ordered"),
        .needed("known_at", .moment, "when Holdfast learned of it"),
        .needed("historical", .flag, "true where it came by a declared import of history"),
        .needed("source", .words, "where it came from"),
        .needed("lines", .list(line, atMost: OrderLine.most), "what was ordered"),
    ])

    private static let line = Shape.record([
        .needed("product", .words, "what it is"), .optional("category", .words, "kind of product"),
        .needed("quantity", .integer(.min ... .max), "pieces; negative where they came back"),
        .needed("amount_minor", .integer(.min ... .max), "what was paid for all of them, in minor units"),
    ])
}
