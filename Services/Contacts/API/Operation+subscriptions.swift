import Postgres

extension Operation {
    /// Contracts that pay again and again.
    static let subscriptions: [Operation] =
        [
            list("subscription", in: "subscriptions", subscription) { whose in
                "\(fragment: rows) where s.subscription_id in (select id from crm.subscription where \(fragment: whose))"
            },
            get("subscription", in: "subscriptions", Record.subscription, subscription) { key in
                "select item from (\(fragment: rows) where s.key = \(key)) r"
            },
        ]
        + writes(
            SubscriptionDraft.self, "subscription", in: "subscriptions", Record.subscription,
            problems: [
                .unknownAccount, .loss, .inFuture,
                .refusal("mrr_needed", words: "It is a new one, and it isn't said what it brings in."),
            ])

    private static let subscription = Shape.record(
        SubscriptionAnswer.fields + [.needed("account_key", .words, "whose it is")])

    private static let rows: SQL = """
        select s.key, to_jsonb(s) - '{subscription_id,account_id,occurred_at}'::text[] || jsonb_build_object('account_key', a.key)
            as item
        from crm.current_subscription s join crm.account a on a.id = s.account_id
        """
}
