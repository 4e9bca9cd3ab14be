import Chassis
import HTTPTypes
import Postgres

extension Operation {
    /// Talks and notes.
    static let interactions: [Operation] = [
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
                        .needed("key", .words, "the entry_key"), .needed("result", .choice(["unchanged"]), ""),
                    ])),
            ],
            problems: [
                .unknown("account"), .inFuture,
                .refusal(
                    "unknown_contact", "unknown_user",
                    words: "The account has no such contact, or nobody here is called what `by` says."),
            ]
        ) { call in
            let key = try call.place("key")
            let (fields, bytes) = try await call.body()
            let (interaction, origin) = (try Interaction(fields), call.origin)
            return try await call.once(bytes) { connection in
                let account = try await call.account(key, in: connection)
                guard let id = try await interaction.write(account, origin, in: connection) else {
                    let known = ["key": interaction.entryKey ?? "", "result": Verdict.unchanged.word]
                    return Repeatable.Answer(body: try JSONText(encoding: known))
                }
                let made = ["id": String(id), "result": Verdict.made.word]
                return Repeatable.Answer(status: .created, body: try JSONText(encoding: made))
            }
        },
        pin(.put, "putPin", "Let an entry stand first on the timeline", isPinned: true),
        pin(.delete, "deletePin", "Let an entry stand first no more", isPinned: false),
    ]

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
            guard let verdict else {
                throw HTTPProblem(
                    .notFound, code: "unknown_interaction",
                    "There is no interaction \(id): POST it to its account first.")
            }
            return try JSONBody.answer(verdict, key: String(id))
        }
    }
}
