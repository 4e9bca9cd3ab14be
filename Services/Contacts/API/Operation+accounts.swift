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
                summary: "List accounts in the order of their keys",
                query: Page.query,
                answers: [Answer(words: "A page of accounts.", shape: Page.shape(AccountAnswer.row))],
                run: list),
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
                    Page.limit, .optional("before", .form(.time), "the time of the last entry of the page before"),
                ],
                answers: [
                    Answer(
                        words: "A page of entries.",
                        shape: .record([.needed("items", .list(AccountAnswer.entry, atMost: Int(Page.most)), "")]))
                ], problems: [.unknown("account")], run: timeline),
            tag(.put, "putTag", "Put a tag on an account", present: true),
            tag(.delete, "deleteTag", "Take a tag off an account", present: false),
        ]
        + writes(
            AccountDraft.self, "account", in: "accounts", Record.account,
            problems: [.conflict("unknown_user", words: "There is no user with the owner's name.")])

    private static let key = Field.needed("key", .key, "of the account; one that was merged reads as its survivor")

    @Sendable private static func list(_ call: Call) async throws -> Response {
        try await call.page(
            """
            select * from report.account where account_key in (
                select a.key from crm.account a where a.merged_into is null and a.key > \(call.after)
                order by a.key limit \(call.limit + 1))
            order by account_key
            """, key: "account_key")
    }

    /// The account with its contacts, subscriptions, risk, reasons, the head of its timeline and its tasks. The ETag is that of
    /// what PUT can change.
    @Sendable private static func card(_ call: Call) async throws -> Response {
        let key = try call.place("key")
        let (id, survivor, version) = try await call.pool.withConnection { connection in
            let id = try await call.account(key, in: connection)
            let row = try await connection.first("select key from crm.account where id = \(id)")
            let survivor: String = try row?["key"] ?? key
            return (id, survivor, try await Record.account(key).version(in: connection))
        }
        // By the key itself, everywhere: a view with a security barrier lets no join into it, and would be read whole.
        let card = try await call.value(
            """
            select to_jsonb(r) || jsonb_build_object(
                'risk', (select to_jsonb(s) - 'account_key' from report.score s
                    where s.account_key = \(survivor) and s.horizon_days = 90),
                'reasons', coalesce((select jsonb_agg(to_jsonb(s) - 'account_key' - 'horizon_days' order by s.rank)
                    from report.score_reason s where s.account_key = \(survivor) and s.horizon_days = 90), '[]'),
                'tasks', coalesce((select jsonb_agg(to_jsonb(t) - 'account_key' order by t.task_id desc) from (
                    select * from report.task t where t.account_key = \(survivor) order by t.task_id desc limit 50) t), '[]'),
                'subscriptions', coalesce((select jsonb_agg(to_jsonb(s) - 'account_id' - 'subscription_id' order by s.key)
                    from crm.current_subscription s where s.account_id = \(id)), '[]'),
                'contacts', coalesce((select jsonb_agg(\(fragment: contact) order by c.key) from (
                    select * from crm.contact c where c.account_id = \(id) order by c.key limit 200) c), '[]'),
                'timeline', coalesce((select jsonb_agg(to_jsonb(e) - 'account_key') from (
                    select * from report.timeline e where e.account_key = \(survivor) order by e.at desc limit 20) e), '[]'))
            from report.account r where r.account_key = \(survivor)
            """)
        return JSONBody.answer(card ?? JSONText("{}"), version: version)
    }

    /// The newest first; the next page begins `before` the time of the last entry.
    @Sendable private static func timeline(_ call: Call) async throws -> Response {
        let before = try call.query.time("before").value
        let key = try call.place("key")
        let id = try await call.pool.withConnection { try await call.account(key, in: $0) }
        let entries = try await call.value(
            """
            select jsonb_build_object('items', coalesce((select jsonb_agg(to_jsonb(e) - 'account_key') from (
                select * from report.timeline e
                where e.account_key = a.key and (\(before)::timestamptz is null or e.at < \(before))
                order by e.at desc limit \(call.limit)) e), '[]'))
            from crm.account a where a.id = \(id)
            """)
        return JSONBody.answer(entries ?? JSONText("{}"))
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
            problems: [.unknown("account")]
        ) { call in
            let (key, tag, origin) = (try call.place("key"), try call.place("tag"), call.origin)
            let changed = try await call.pool.transaction { connection in
                let id = try await call.account(key, in: connection)
                let changed = try await Tag.put([Tag(accountID: id, tag: tag, present: present)], in: connection)
                if changed.isEmpty { return false }
                try await Publication.accounts([id], .accountChanged, in: connection)
                try await Audit.record(
                    origin.actor, present ? "tag" : "untag", "account \(key)", try JSONText(encoding: ["tag": tag]),
                    in: connection)
                return true
            }
            return try JSONBody.answer(changed ? .changed : .unchanged, key: key)
        }
    }
}
