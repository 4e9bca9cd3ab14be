import Postgres

extension ExportKind {
    /// The account with all that were merged into it.
    private static let part: SQL = "(select m.id from crm.account m where m.root_id = t.id)"

    static let accountColumns: [Column] =
        Column.same(
            "key", "name", "kind", "industry", "country", "city", "language", "time_zone", "employees", "domain")
        + Column.same("preferred_channel", "came_for", "strategy", "on_holiday_until", "lead") + [
            .time("do_not_disturb_until", "do_not_disturb_until"), .time("created_at", "created_at"),
            Column(
                "owner",
                """
                (select u.name from crm.account_owner o left join crm.team_user u on u.id = o.user_id
                where o.account_id in \(fragment: part) and o.occurred_at <= now()
                order by (o.account_id = t.id) desc, o.occurred_at desc, o.id desc limit 1)
                """),
            Column(
                "tags",
                """
                (select string_agg(g.tag, ';' order by g.tag) from (
                    select distinct on (g.tag) g.tag, g.present from crm.account_tag g
                    where g.account_id in \(fragment: part) and g.occurred_at <= now()
                    order by g.tag, g.occurred_at desc, g.id desc) g where g.present)
                """),
        ]

    private static func address(_ channel: String) -> SQL {
        "(select min(d.value) from crm.contact_address d where d.contact_id = t.id and d.channel = \(channel))"
    }

    static let contactColumns: [Column] =
        [accountKey, Column("contact_key", "t.key")] + Column.same("name") + [
            Column("email", address("mail")), Column("phone", address("phone")),
            Column(
                "addresses",
                """
                (select string_agg(d.channel || ':' || d.value, ';' order by d.channel, d.value) from crm.contact_address d
                where d.contact_id = t.id and d.value is distinct from case d.channel when 'mail' then \(fragment: address("mail"))
                    when 'phone' then \(fragment: address("phone")) end)
                """),
        ] + Column.same("language", "time_zone", "role") + [
            .time("do_not_disturb_until", "do_not_disturb_until"),
            Column(
                "consents",
                """
                (select string_agg(n.channel || ':' || n.topic || case when n.granted then '=granted@' else '=refused@' end
                        || to_char(n.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ';'
                    order by n.channel, n.topic) from (
                    select distinct on (n.channel, n.topic) n.channel, n.topic, n.granted, n.occurred_at from crm.contact_consent n
                    where n.contact_id = t.id and n.occurred_at <= now()
                    order by n.channel, n.topic, n.occurred_at desc, n.id desc) n)
                """),
        ]

    /// The row of a table of dated rows that holds now.
    private static func current(_ column: String, _ table: String, _ owner: String) -> SQL {
        """
        (select s.\(identifier: column) from \(fragment: SQL(verbatim: table)) s
        where s.\(identifier: owner) = t.id and s.occurred_at <= now() order by s.occurred_at desc, s.id desc limit 1)
        """
    }

    private static func currently(_ names: [String], _ table: String, _ owner: String) -> [Column] {
        names.map { Column($0, current($0, table, owner)) }
    }

    private static func moment(_ name: String, _ column: String, _ table: String, _ owner: String) -> Column {
        Column(
            name,
            #"to_char(\#(fragment: current(column, table, owner)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#
        )
    }

    static let subscriptionColumns: [Column] = {
        let (table, owner) = ("crm.subscription_state", "subscription_id")
        return [accountKey, Column("subscription_key", "t.key")]
            + currently(["status", "plan", "mrr_minor", "currency", "seats"], table, owner)
            + [.time("started_at", "started_at"), moment("renews_at", "renews_at", table, owner)]
            + currently(["loss_reason", "loss_words", "competitor", "competitor_offer"], table, owner) + [
                moment("changed_at", "occurred_at", table, owner)
            ]
    }()

    static let orderColumns: [Column] =
        [accountKey, Column("order_key", "t.key"), .time("ordered_at", "occurred_at")]
        + Column.same("amount_minor", "currency", "items") + [
            Column(
                "lines",
                """
                (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('product', l.product, 'category', l.category,
                    'quantity', l.quantity, 'amount_minor', l.amount_minor)) order by l.line)
                from crm.order_line l where l.order_id = t.id)
                """)
        ]

    static let invoiceColumns: [Column] =
        [accountKey, Column("invoice_key", "t.key")] + Column.same("amount_minor", "currency", "issued_on", "due_on")
        + [.time("paid_at", "paid_at"), .time("voided_at", "voided_at")]

    static let dealColumns: [Column] = {
        let (table, owner) = ("crm.deal_state", "deal_id")
        return [accountKey, Column("deal_key", "t.key"), contactKey] + Column.same("name", "pipeline")
            + currently(
                ["stage", "amount_minor", "currency", "loss_reason", "loss_words", "competitor", "competitor_offer"],
                table,
                owner)
            + [Column("owner", "(select u.name from crm.team_user u where u.id = t.owner_id)")]
            + Column.same("expected_on")
            + [.time("created_at", "created_at"), moment("changed_at", "occurred_at", table, owner)]
    }()

    static let ticketColumns: [Column] =
        [accountKey, Column("ticket_key", "t.key"), contactKey] + Column.same("subject", "priority", "channel")
        + currently(["status", "escalated"], "crm.ticket_state", "ticket_id")
        + Column.same("feedback", "feedback_words")
        + [
            .time("feedback_at", "feedback_at"), .time("opened_at", "occurred_at"),
            moment("changed_at", "occurred_at", "crm.ticket_state", "ticket_id"),
            .time("first_answered_at", "first_answered_at"),
        ]

    static let interactionColumns: [Column] =
        [accountKey, contactKey] + Column.same("kind", "direction", "channel", "title", "body", "entry_key")
        + [
            Column("by", "(select u.name from crm.team_user u where u.id = t.by_user_id)"),
            .time("occurred_at", "occurred_at"),
        ]
}
