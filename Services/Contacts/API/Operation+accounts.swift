import Chassis
import HTTPTypes
import Hummingbird
import Model
import Postgres

extension Operation {
    /// Accounts, their cards and their tags.
    static let accounts: [Operation] =
        [
            Operation(
                method: .get, path: "/v1/accounts", id: "listAccounts",
                summary: "List accounts in the order of their keys, or of their names as Ukrainians sort",
                query: [
                    Page.limit, after, .optional("q", .text(atMost: 200), "words that name or key hold, in any case"),
                    .optional("owner", .text(atMost: 200), "only those that this user looks after"),
                    .optional("unowned", .flag, "only those that nobody looks after"),
                    .optional("segment", .text(atMost: 100), "only those in this segment"),
                    .optional("tag", .text(atMost: 100), "only those with this tag"),
                    .optional("lead", .flag, "only leads, or only those that are none"),
                    .optional("sort", .choice(AccountList.Order.allCases.map(\.rawValue)), "key unless said otherwise"),
                ],
                answers: [Answer(words: "A page of accounts.", shape: Page.shape(AccountAnswer.row))],
                problems: [
                    badCursor, .refusal("too_many_words", words: "There are more words than are looked for at once."),
                    .refusal("unknown_user", "unknown_segment", words: "There is no such user, or no such segment."),
                ], run: list),
            Operation(
                method: .get, path: "/v1/accounts/{key}", id: "getAccount",
                summary:
                    "Read an account's card: people, subscriptions, risk with reasons, head of the timeline, tasks",
                places: [key], answers: [Answer(words: "The card.", shape: AccountAnswer.card, isVersioned: true)],
                problems: [.unknown("account")], run: card),
            Operation(
                method: .get, path: "/v1/accounts/{key}/timeline", id: "getTimeline",
                summary: "Read what happened with an account, the newest first",
                places: [key],
                query: [
                    Page.limit, after, .optional("before", .form(.time), "only what happened before"),
                ],
                answers: [Answer(words: "A page of entries.", shape: AccountAnswer.timeline)],
                problems: [.unknown("account"), badCursor], run: timeline),
            Operation(
                method: .post, path: "/v1/hand-overs", id: "handOver",
                summary: "Hand accounts over from one user to another, all or none",
                body: .named("HandOver", .object(HandOver.fields)), isRepeatable: true,
                answers: [
                    Answer(
                        words: "They changed hands.",
                        shape: .record([.needed("accounts", .count(), "how many changed hands")]))
                ],
                problems: [
                    .refusal(
                        "unknown_user", "unknown_account", "unknown_segment",
                        words: "There is no such user, account or segment."),
                    .refusal("bad_hand_over", words: "It isn't said what is to be handed over, or twice."),
                ], run: handOver),
            tag(.put, "putTag", "Put a tag on an account", present: true),
            tag(.delete, "deleteTag", "Take a tag off an account", present: false),
        ]
        + writes(
            AccountDraft.self, "account", in: "accounts", Record.account,
            problems: [
                .refusal("unknown_user", words: "There is no user with the owner's name."), .fields,
                .refusal("merged", words: "It was merged into another one, which is to be written to."),
                .refusal("is_customer", words: "One that won a deal is no lead any more."),
                .refusal("bad_domain", words: "The domain is none."),
                .badTag, .inFuture,
            ])

    private static let key = Field.needed("key", .key, "of the account; one that was merged reads as its survivor")

    private static let after = Field.optional("after", .text(atMost: 8_192), "the next_after of the page before")
    private static let badCursor = Problem.refusal("bad_cursor", words: "The next_after is none of such a page.")

    @Sendable private static func list(_ call: Call) async throws -> Response {
        let query = call.query
        let list = AccountList(
            words: query.text("q").value, owner: query.text("owner").value, unowned: query.flag("unowned") ?? false,
            segment: query.text("segment").value, tag: query.text("tag").value, lead: query.flag("lead"),
            order: query.text("sort").value.flatMap(AccountList.Order.init(rawValue:)) ?? .key, limit: call.limit,
            after: call.after)
        return JSONBody.answer(try await list.page(in: call.pool))
    }

    @Sendable private static func handOver(_ call: Call) async throws -> Response {
        let (fields, bytes) = try await call.body()
        let (handOver, actor) = (try HandOver(fields), call.origin.actor)
        return try await call.once(bytes) { connection in
            let count = try await handOver.run(by: actor, in: connection)
            return Repeatable.Answer(body: try JSONText(encoding: ["accounts": count]))
        }
    }

    /// The account with its contacts, subscriptions, risk, reasons, the head of its timeline and its tasks. The ETag is that of
    /// what PUT can change.
    @Sendable private static func card(_ call: Call) async throws -> Response {
        let key = try call.place("key")
        let (card, version) = try await call.pool.withConnection { connection in
            let row = try await connection.first(
                "select crm.card(\(key)), (\(fragment: Record.account(key).row))")
            let (own, version) = try row?.decode(JSONText?.self, JSONText?.self) ?? (nil, nil)
            if let own { return (own, version) }
            // One that was merged, unless there is none.
            let survivor = try await call.account(key, in: connection)
            let merged = try await connection.first("select crm.card(key) from crm.account where id = \(survivor)")
            return (try merged?[0] ?? JSONText("{}"), version)
        }
        return JSONBody.answer(card, version: version.map(Record.version))
    }

    @Sendable private static func timeline(_ call: Call) async throws -> Response {
        let timeline = TimelineList(
            limit: call.limit, after: call.after, before: try call.query.time("before").value)
        let key = try call.place("key")
        let id = try await call.pool.withConnection { try await call.account(key, in: $0) }
        return JSONBody.answer(try await timeline.page(id, in: call.pool))
    }

    private static func tag(
        _ method: HTTPRequest.Method, _ id: String, _ summary: String, present: Bool
    ) -> Operation {
        let written = Answer(
            words: "It was changed, or was so already.",
            shape: .record([
                .needed("key", .words, "of the account"), .needed("result", .choice(["changed", "unchanged"]), ""),
            ]))
        return Operation(
            method: method, path: "/v1/accounts/{key}/tags/{tag}", id: id, summary: summary,
            places: [key, .needed("tag", .text(atMost: 100), "the tag")], answers: [written],
            problems: [.unknown("account")] + (present ? [.badTag] : [])
        ) { call in
            let (key, tag, origin) = (try call.place("key"), try call.place("tag"), call.origin)
            if present { try Tag.check(tag, "tag") }
            let changed = try await call.pool.transaction { connection in
                let id = try await call.account(key, in: connection)
                let changed = try await Tag.put([Tag(accountID: id, tag: tag, present: present)], in: connection)
                if changed.isEmpty { return false }
                try await Publication.accounts([id], .accountChanged, in: connection)
                try await Audit.record(
                    origin.actor, present ? "tag" : "untag", "account \(key)", try JSONText(encoding: ["tag": tag]),
                    about: try await Audit.Person.account(id, in: connection), in: connection)
                return true
            }
            return try JSONBody.answer(changed ? .changed : .unchanged, key: key)
        }
    }
}
