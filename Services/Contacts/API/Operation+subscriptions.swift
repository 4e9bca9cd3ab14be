import Postgres

extension Operation {
    /// Contracts that pay again and again.
    static let subscriptions: [Operation] =
        [
            get(
                "subscription", in: "subscriptions", Record.subscription,
                .record(SubscriptionAnswer.fields + [.needed("account_key", .words, "whose it is")])
            ) { key in
                """
                select to_jsonb(s) - 'subscription_id' - 'account_id' - 'occurred_at' || jsonb_build_object('account_key', a.key)
                from crm.current_subscription s join crm.account a on a.id = s.account_id where s.key = \(key)
                """
            }
        ]
        + writes(
            SubscriptionDraft.self, "subscription", in: "subscriptions", Record.subscription,
            problems: [.unknownAccount, .loss])
}
