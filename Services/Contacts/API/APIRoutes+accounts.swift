import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    typealias Group = RouterGroup<ContactsContext>

    func addAccounts(to api: Group) {
        api.get("accounts") { request, _ in try await accounts(request) }
        api.get("accounts/:key") { _, context in try await card(try context.piece("key")) }
        api.put("accounts/:key") { request, context in
            try await put(AccountDraft.self, request, context, keyField: "key", Record.account)
        }
        api.get("accounts/:key/timeline") { request, context in try await timeline(request, try context.piece("key")) }
        api.put("accounts/:key/tags/:tag") { _, context in try await tag(context, present: true) }
        api.delete("accounts/:key/tags/:tag") { _, context in try await tag(context, present: false) }
    }

    /// In the order of their keys.
    private func accounts(_ request: Request) async throws -> Response {
        let query = try PageQuery(request)
        return try await page(
            """
            select * from report.account where account_key in (
                select a.key from crm.account a where a.merged_into is null and a.key > \(query.after)
                order by a.key limit \(query.limit + 1))
            order by account_key
            """, key: "account_key", query)
    }

    /// The account with its contacts, subscriptions, risk, reasons, the head of its timeline and its tasks. The ETag is that of
    /// what PUT can change.
    private func card(_ key: String) async throws -> Response {
        let (id, version) = try await pool.withConnection { connection in
            (try await account(key, in: connection), try await Record.account(key).version(in: connection))
        }
        let card = try await value(
            """
            select to_jsonb(r) || jsonb_build_object(
                'risk', (select to_jsonb(s) - 'account_key' from report.score s
                    where s.account_key = a.key and s.horizon_days = 90),
                'reasons', coalesce((select jsonb_agg(to_jsonb(s) - 'account_key' - 'horizon_days' order by s.rank)
                    from report.score_reason s where s.account_key = a.key and s.horizon_days = 90), '[]'),
                'tasks', coalesce((select jsonb_agg(to_jsonb(t) - 'account_key' order by t.task_id desc) from (
                    select * from report.task t where t.account_key = a.key order by t.task_id desc limit 50) t), '[]'),
                'subscriptions', coalesce((select jsonb_agg(to_jsonb(s) - 'account_id' - 'subscription_id' order by s.key)
                    from crm.current_subscription s where s.account_id = a.id), '[]'),
                'contacts', coalesce((select jsonb_agg(\(fragment: Self.contact) order by c.key) from (
                    select * from crm.contact c where c.account_id = a.id order by c.key limit 200) c), '[]'),
                'timeline', coalesce((select jsonb_agg(to_jsonb(e) - 'account_key') from (
                    select * from report.timeline e where e.account_key = a.key order by e.at desc limit 20) e), '[]'))
            from crm.account a join report.account r on r.account_key = a.key where a.id = \(id)
            """)
        return JSONBody.answer(card ?? JSONText("{}"), version: version)
    }

    /// The newest first; the next page begins `before` the time of the last entry.
    private func timeline(_ request: Request, _ key: String) async throws -> Response {
        let query = try PageQuery(request)
        let before = try Fields(request.uri.queryParameters["before"].map { ["before": .text(String($0))] } ?? [:])
            .time("before").value
        let id = try await pool.withConnection { try await account(key, in: $0) }
        let entries = try await value(
            """
            select jsonb_build_object('items', coalesce((select jsonb_agg(to_jsonb(e) - 'account_key') from (
                select * from report.timeline e
                where e.account_key = a.key and (\(before)::timestamptz is null or e.at < \(before))
                order by e.at desc limit \(query.limit)) e), '[]'))
            from crm.account a where a.id = \(id)
            """)
        return JSONBody.answer(entries ?? JSONText("{}"))
    }

    private func tag(_ context: ContactsContext, present: Bool) async throws -> Response {
        let key = try context.piece("key")
        let tag = try Fields(["tag": .text(try context.piece("tag"))]).needed("tag", atMost: 100)
        let origin = origin(context)
        let changed = try await pool.transaction { connection in
            let id = try await account(key, in: connection)
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
