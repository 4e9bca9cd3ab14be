/// What an account is in answers.
enum AccountAnswer {
    static let fields: [Field] = [
        .needed("account_key", .words, "the outside world's id"),
        .needed("name", .words, "its name"),
        .needed("kind", .choice(["company", "person"]), ""),
        .optional("owner", .words, "who looks after it"),
        .needed("stub", .flag, "true while it is known by its usage only"),
        .optional("industry", .words, "its line of business"),
        .optional("country", .words, "ISO 3166-1 code"),
        .optional("plan", .words, "plans of its subscriptions"),
        .optional("status", .choice(SubscriptionDraft.statuses), "state of its subscriptions"),
        .optional("mrr_minor", .integer(.min ... .max), "monthly recurring revenue, in minor units of the currency"),
        .optional("currency", .words, "ISO 4217 code; null where there are several"),
        .optional("seats", .count(), "seats paid for"),
        .optional("renews_at", .moment, "next renewal"),
        .optional("tags", .list(.words, atMost: .max), "its tags"),
        .needed("created_at", .moment, "when the relationship began"),
        .needed("source", .words, "where the account came from"),
    ]
    static let row = Shape.named("AccountRow", .record(fields))

    static let card = Shape.named(
        "Account",
        .record(
            fields + [
                .optional("risk", risk, "that it is lost within 90 days; null where it has no score"),
                .needed("reasons", .list(reason, atMost: .max), "what the risk is made of"),
                .needed("tasks", .list(.record(TaskAnswer.fields), atMost: 50), "the newest first"),
                .needed("subscriptions", .list(.record(subscription), atMost: .max), ""),
                .needed("contacts", .list(.record(ContactAnswer.fields), atMost: 200), ""),
                .needed("timeline", .list(entry, atMost: 20), "the newest first"),
            ]))

    static let entry = Shape.named(
        "Entry",
        .record([
            .needed("at", .moment, "when"), .needed("kind", .words, "order, task, call and so on"),
            .needed("words", .words, "one line about it"),
        ]))

    private static let risk = Shape.record([
        .needed("horizon_days", .count(), "within how many days"), .needed("probability", .number, "0 to 1"),
        .needed("band", .choice(["low", "medium", "high"]), ""), .needed("model", .words, "name of the model"),
        .needed("scored_at", .moment, "since when the score is this"),
    ])

    private static let reason = Shape.record([
        .needed("rank", .count(), "1 contributes most"), .needed("signal", .words, "the signal"),
        .needed("contribution", .number, "what it adds to the log odds"), .needed("words", .words, "the reason"),
    ])

    private static let subscription: [Field] =
        SubscriptionAnswer.fields + [
            .needed("occurred_at", .moment, "since when it is so")
        ]
}

/// What a subscription is in answers.
enum SubscriptionAnswer {
    static let fields: [Field] = [
        .needed("key", .words, "the outside world's id for it"),
        .needed("status", .choice(SubscriptionDraft.statuses), ""),
        .needed("pays", .flag, "true where it counts towards MRR"), .optional("plan", .words, "name of the plan"),
        .needed("mrr_minor", .count(), "monthly recurring revenue, in minor units of the currency"),
        .needed("currency", .words, "ISO 4217 code"), .optional("seats", .count(), "seats paid for"),
        .optional("renews_at", .moment, "when it renews, or ends if cancelled"),
        .optional("loss_reason", .words, "why it was cancelled"), .needed("started_at", .moment, "when it began"),
    ]
}
