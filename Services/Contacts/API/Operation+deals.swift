import HTTPTypes
import Postgres

extension Operation {
    /// Sales that are under way, won or lost.
    static let deals: [Operation] =
        [
            Operation(
                method: .get, path: "/v1/deals", id: "listDeals", summary: "List deals in the order of their keys",
                query: Page.queryOfAccount + [
                    .optional("pipeline", .text(atMost: 60), "only those of this pipeline"),
                    .optional("stage", .text(atMost: 60), "only those at this stage"),
                    .optional("owner", .text(atMost: 200), "only those that this user leads"),
                    .optional("stalled", .flag, "only those that are stalled, or only those that are not"),
                ],
                answers: [Answer(words: "A page of deals.", shape: Page.shape(.named("ListedDeal", .record(deal))))],
                problems: [
                    .refusal(
                        "unknown_account", "unknown_pipeline", "unknown_stage", "unknown_user",
                        words: "There is no such account, pipeline, stage or user; the message says which there are.")
                ]
            ) { call in
                let query = call.query
                let account = try await call.accountNamed()?.key
                let (pipeline, stage, owner) = (
                    query.text("pipeline").value, query.text("stage").value, query.text("owner").value
                )
                try await call.pool.withConnection { connection in
                    try await DealStage.check(pipeline: pipeline, stage: stage, in: connection)
                    if let owner { _ = try await Owner.user(owner, field: "owner", in: connection) }
                }
                let stalled = query.flag("stalled")
                return try await call.page(
                    """
                    select * from report.deal where deal > \(call.after)
                        and (\(account)::text is null or account_key = \(account))
                        and (\(pipeline)::text is null or pipeline = \(pipeline))
                        and (\(stage)::text is null or stage = \(stage)) and (\(owner)::text is null or owner = \(owner))
                        and (\(stalled)::boolean is null or stalled = \(stalled))
                    order by deal
                    """, key: "deal")
            },
            get(
                "deal", in: "deals", Record.deal,
                .record(
                    deal + [
                        .optional("contact_key", .words, "whom it is talked over with"),
                        .optional("loss_words", .words, "why it was lost, in the customer's words"),
                        .optional("competitor_offer", .words, "price and terms there"),
                        .needed("fields", .open, "custom fields by their keys"),
                    ])
            ) { key in
                """
                select to_jsonb(r) || jsonb_build_object('contact_key', c.key, 'loss_words', d.loss_words,
                    'competitor_offer', d.competitor_offer, 'fields', d.fields)
                from report.deal r join crm.current_deal d on d.key = r.deal left join crm.contact c on c.id = d.contact_id
                where r.deal = \(key)
                """
            },
        ]
        + writes(
            DealDraft.self, "deal", in: "deals", Record.deal,
            problems: [
                .refusal(
                    "unknown_account", "unknown_contact", "unknown_user",
                    words: "There is no such account, contact or user; the message says which."),
                .refusal(
                    "unknown_pipeline", "unknown_stage",
                    words: "There is no such pipeline, or it has no such stage; the message says which there are."),
                .loss, .fields, .inFuture,
            ])

    private static let deal: [Field] = [
        .needed("account_key", .words, "with whom it is made"), .needed("deal", .words, "its key"),
        .needed("name", .words, ""), .needed("pipeline", .words, ""), .needed("stage", .words, ""),
        .optional("kind", .choice(DealStage.Kind.allCases.map(\.rawValue)), "of the stage"),
        .optional("amount_minor", .count(), "what it would bring, in minor units of the currency"),
        .optional("currency", .words, "ISO 4217 code"), .optional("owner", .words, "who leads it"),
        .optional("expected_on", .day, "the day on which it should be won"),
        .optional("loss_reason", .words, "why it was lost"), .optional("competitor", .words, "who won it"),
        .needed("created_at", .moment, "when it began"),
        .needed("stage_since", .moment, "since when it is at its stage"),
        .needed("days_in_stage", .number, ""),
        .needed("stalled", .flag, "at its stage for longer than the stage allows"),
    ]

    /// Stages of the pipelines.
    static let stages: [Operation] = [
        all(
            "listStages", at: "/v1/stages", "List the stages of all pipelines in their order",
            .named(
                "Stage",
                .record([
                    .needed("pipeline", .words, ""), .needed("key", .words, ""), .needed("name", .words, "for people"),
                    .needed("position", .count(), "place in the pipeline"),
                    .needed("kind", .choice(DealStage.Kind.allCases.map(\.rawValue)), ""),
                    .needed("demands", .list(.words, atMost: .max), "custom fields that must be filled to be there"),
                    .optional("stalled_after_days", .count(), "a deal that stays longer is stalled"),
                ])), most: Int(DealStage.most)
        ) { _ in
            """
            select pipeline, key, name, position, kind, demands,
                (extract(epoch from stalled_after) / 86400)::integer as stalled_after_days
            from crm.deal_stage order by pipeline, position, key
            """
        },
        define(
            "stage", at: "/v1/stages/{pipeline}/{key}", id: "Stage", places: stagePlaces, body: DealStage.fields,
            problems: [.inUse, .refusal("unknown_field", words: "What it demands is no custom field of deals.")]
        ) { call, body in
            let stage = try DealStage(try call.place("pipeline"), try call.place("key"), body)
            let actor = call.origin.actor
            return { try await stage.write(by: actor, in: $0) }
        },
        remove(
            "stage", at: "/v1/stages/{pipeline}/{key}", id: "Stage", places: stagePlaces, problems: [.inUse]
        ) { call in
            let (pipeline, key, actor) = (try call.place("pipeline"), try call.place("key"), call.origin.actor)
            return { try await DealStage.remove(pipeline, key, by: actor, in: $0) }
        },
    ]

    private static let stagePlaces: [Field] = [
        .needed("pipeline", .form(.fieldKey), "sales, where there is but one"),
        .needed("key", .form(.fieldKey), "of the stage"),
    ]
}

extension Operation.Problem {
    static let inFuture = refusal("in_future", words: "A time lies more than a day ahead.")
}
