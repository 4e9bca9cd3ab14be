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
        .optional("city", .words, "its place"), .optional("employees", .count(), "how many people work there"),
        .optional("domain", .words, "its domain on the internet"),
        .optional("preferred_channel", .words, "by which channel it wants to be talked to"),
        .optional("came_for", .words, "what it came for"),
        .optional("strategy", .words, "what it wants to reach itself"),
        .optional("on_holiday_until", .day, "last day of an absence"),
        .optional("do_not_disturb_until", .moment, "nobody writes or calls until then, except about service"),
        .needed("lead", .flag, "true for one that never bought, until its first won deal"),
        .optional("became_customer_at", .moment, "when a lead won its first deal"),
        .optional("missing_fields", .list(.words, atMost: .max), "mandatory fields that are empty"),
        .optional("language", .words, "BCP 47 tag"), .optional("time_zone", .words, "IANA name"),
    ]
    static let row = Shape.named("ListedAccount", .record(fields))

    static let card = Shape.named(
        "Account",
        .record(
            fields + [
                .optional("risk", risk, "that it is lost within 90 days; null where it has no score"),
                .needed("reasons", .list(reason, atMost: .max), "what the risk is made of"),
                .needed("tasks", .list(.record(TaskAnswer.fields), atMost: 50), "the newest first"),
                .needed("subscriptions", .list(.record(subscription), atMost: .max), ""),
                .needed("contacts", .list(.record(ContactAnswer.fields), atMost: 200), ""),
                .needed("fields", .open, "custom fields by their keys"),
                .needed("pinned", .list(entry, atMost: Int(Pin.most)), "entries that stand first"),
                .needed("timeline", .list(entry, atMost: 20), "the newest first"),
            ]))

    static let entry = Shape.named(
        "Entry",
        .record([
            .needed("at", .moment, "when"), .needed("kind", .words, "order, task, call and so on"),
            .needed("words", .words, "one line about it"),
            .needed("pinned", .flag, "true where it is to stand first"),
            .optional("interaction", .words, "id of the talk or note that it is"),
        ]))

    static let timeline = Shape.record([
        .needed("pinned", .list(entry, atMost: Int(Pin.most)), "entries that stand first; on the first page only"),
        .needed("items", .list(entry, atMost: Int(Page.most)), "the newest first"),
        .optional("next_after", .words, "null on the last page"),
    ])

    private static let risk = Shape.record([
        .needed("horizon_days", .count(), "within how many days"), .needed("probability", .number, "0 to 1"),
        .needed("band", .choice(["low", "medium", "high"]), ""), .needed("model", .words, "name of the model"),
        .needed("scored_at", .moment, "since when the score is this"),
    ])

    private static let reason = Shape.record([
        .needed("rank", .count(), "1 contributes most"), .needed("signal", .words, "the signal"),
        .needed("contribution", .number, "what it adds to the log odds"), .needed("words", .words, "the reason"),
        .optional("words_uk", .words, "the reason in Ukrainian"),
        .optional("involuntary", .flag, "true where the customer has not decided to go"),
        .needed("probability_without", .number, "what the probability would be if this were as usual again"),
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
        .optional("loss_reason", .words, "why it was cancelled"),
        .optional("loss_words", .words, "the same in the customer's words"),
        .optional("competitor", .words, "to whom the customer goes"),
        .optional("competitor_offer", .words, "price and terms there"),
        .needed("started_at", .moment, "when it began"),
    ]
}
