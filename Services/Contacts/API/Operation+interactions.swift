import Chassis
import HTTPTypes
import Postgres

extension Operation {
    /// Talks and notes.
    static let interactions: [Operation] = [
        list("interaction", in: "interactions", interaction) { whose in "\(fragment: rows) where i.\(fragment: whose)"
        },
        Operation(
            method: .get, path: "/v1/interactions/{id}", id: "getInteraction", summary: "Read a talk or a note",
            places: [.needed("id", .id, "of the interaction")],
            answers: [Answer(words: "The interaction.", shape: .named("Interaction", interaction))],
            problems: [.unknown("interaction")]
        ) { call in
            let id = try call.number("id")
            guard let text = try await call.value("select item from (\(fragment: rows) where i.id = \(id)) r") else {
                throw unknownInteraction(id)
            }
            return JSONBody.answer(text)
        },
        Operation(
            method: .post, path: "/v1/accounts/{key}/interactions", id: "postInteraction",
            summary: "Write down a talk with the customer, or a note",
            places: [.needed("key", .key, "of the account")],
            body: .named("PostInteraction", .object(Interaction.fields, rules: Interaction.rules)), isRepeatable: true,
            answers: [
                Answer(
                    status: .created, words: "It was written down.",
                    shape: .record([
                        .needed("id", .words, "of the interaction"), .needed("result", .choice(["made"]), ""),
                    ])),
                Answer(
                    words: "There was one with this entry_key already.",
                    shape: .record([
                        .needed("id", .words, "of the interaction"), .needed("key", .words, "the entry_key"),
                        .needed("result", .choice(["unchanged"]), ""),
                    ])),
            ],
            problems: [
                .unknown("account"), .inFuture,
                .refusal(
                    "unknown_contact", "unknown_user",
                    words: "The account has no such contact, or nobody here is called what `by` says."),
                .refusal("entry_differs", words: "The entry_key is another entry's."),
            ]
        ) { call in
            let key = try call.place("key")
            let (fields, bytes) = try await call.body()
            let (interaction, origin) = (try Interaction(fields), call.origin)
            return try await call.once(bytes) { connection in
                let account = try await call.account(key, in: connection)
                let (id, isNew) = try await interaction.write(account, origin, in: connection)
                guard isNew else {
                    let known = [
                        "id": String(id), "key": interaction.entryKey ?? "", "result": Verdict.unchanged.word,
                    ]
                    return Repeatable.Answer(body: try JSONText(encoding: known))
                }
                let made = ["id": String(id), "result": Verdict.made.word]
                return Repeatable.Answer(status: .created, body: try JSONText(encoding: made))
            }
        },
        pin(.put, "putPin", "Let an entry stand first on the timeline", isPinned: true),
        pin(.delete, "deletePin", "Let an entry stand first no more", isPinned: false),
    ]

    private static let rows: SQL = """
        select i.entry_key as key, jsonb_build_object('id', i.id::text, 'entry_key', i.entry_key, 'account_key', a.key,
            'contact_key', c.key, 'kind', i.kind, 'direction', i.direction, 'channel', i.channel, 'title', i.title,
            'body', i.body, 'by', u.name, 'occurred_at', i.occurred_at, 'pinned', i.pinned_at is not null) as item
        from crm.interaction i join crm.account_root r on r.account_id = i.account_id join crm.account a on a.id = r.root_id
        left join crm.contact c on c.id = i.contact_id left join crm.team_user u on u.id = i.by_user_id
        """

    private static let interaction = Shape.record([
        .needed("id", .words, "by which it is pinned"), .needed("entry_key", .words, "the outside world's id for it"),
        .needed("account_key", .words, "with whom it was"), .optional("contact_key", .words, "the person it was with"),
        .needed("kind", .words, "call, mail, note and so on"),
        .needed("direction", .choice(["in", "out", "internal"]), ""), .optional("channel", .words, "by which it went"),
        .needed("title", .words, "one line about it"), .optional("body", .words, "the whole of it"),
        .optional("by", .words, "the user who talked or wrote"), .needed("occurred_at", .moment, "when"),
        .needed("pinned", .flag, "true where it stands first on the timeline"),
    ])

    private static func unknownInteraction(_ id: Int64) -> HTTPProblem {
        HTTPProblem(
            .notFound, code: "unknown_interaction", "There is no interaction \(id): POST it to its account first.")
    }

    private static func pin(
        _ method: HTTPRequest.Method, _ id: String, _ summary: String, isPinned: Bool
    ) -> Operation {
        Operation(
            method: method, path: "/v1/interactions/{id}/pin", id: id, summary: summary,
            places: [.needed("id", .id, "of the interaction")],
            answers: [Answer(words: "It was changed, or was so already.", shape: result(["changed", "unchanged"]))],
            problems: [.unknown("interaction")]
                + (isPinned ? [.refusal("in_use", words: "As many entries are pinned as may be.")] : [])
        ) { call in
            let (id, actor) = (try call.number("id"), call.origin.actor)
            let verdict = try await call.pool.transaction { try await Pin.set(id, isPinned, by: actor, in: $0) }
            guard let verdict else { throw unknownInteraction(id) }
            return try JSONBody.answer(verdict, key: String(id))
        }
    }
}
