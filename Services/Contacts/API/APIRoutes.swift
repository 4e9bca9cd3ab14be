import Chassis
import Hummingbird
import Model
import Postgres

/// The HTTP API under `/v1`, for programs with a key of scope api. One file for each family of routes.
struct APIRoutes: Sendable {
    let pool: PostgresPool
    let keys: KeyCheck

    func add(to router: Router<ContactsContext>) {
        let api = router.group("v1").add(middleware: KeyMiddleware(keys, scope: .api)).add(middleware: Refusals())
        addAccounts(to: api)
        addContacts(to: api)
        addOrders(to: api)
        addInteractions(to: api)
        addSegments(to: api)
        addTasks(to: api)
    }

    /// By whom a request's changes are, in the audit.
    func origin(_ context: ContactsContext) -> Origin {
        Origin(actor: "key \(context.key?.id ?? 0)", source: "api")
    }

    /// The id of the account with this key, or of its survivor if it was merged.
    func account(_ key: String, in connection: PostgresConnection) async throws -> Int64 {
        let row = try await connection.first(
            "select r.root_id from crm.account a join crm.account_root r on r.account_id = a.id where a.key = \(key)")
        guard let row else {
            throw HTTPProblem(
                .notFound, code: "unknown_account", "There is no account with the key “\(key)”: PUT it first.")
        }
        return try row["root_id"]
    }

    /// One JSON value, made by the database; nil where there is no row.
    func value(_ sql: SQL) async throws -> JSONText? {
        try await pool.first(sql).map { try $0[0] }
    }

    /// A record as JSON, with its version as the ETag.
    func shown(_ record: Record, _ sql: SQL) async throws -> Response {
        let (text, version) = try await pool.withConnection { connection in
            (try await connection.first(sql).map { try $0[0] as JSONText }, try await record.version(in: connection))
        }
        guard let text else { throw record.unknown }
        return JSONBody.answer(text, version: version)
    }

    /// Writes what the body says of the record that the path names, and into the audit what changed of it.
    func put<Item: Draft>(
        _ type: Item.Type, _ request: Request, _ context: ContactsContext, keyField: String,
        _ record: (String) -> Record
    ) async throws -> Response {
        let key = try context.piece("key")
        var fields = try JSONBody.fields(try await JSONBody.bytes(request))
        try fields.allow(only: Item.fields)
        fields.set(keyField, .text(key))
        let draft = try Item(fields)
        let (record, origin) = (record(draft.key), origin(context))
        return try await put(record, request) { connection in
            try await Audit.change(origin.actor, "put", "\(record.noun) \(record.key)", row: record.row, in: connection)
            {
                try await draft.write(origin, in: connection)
            }
        }
    }

    /// Writes the record where the request's precondition holds; answers what became of it, with its version now.
    func put(
        _ record: Record, _ request: Request, _ write: @escaping @Sendable (PostgresConnection) async throws -> Verdict
    ) async throws -> Response {
        let precondition = try Precondition(request)
        let (verdict, version) = try await pool.transaction { connection in
            try await record.lock(in: connection)
            if precondition.isAsked {
                try precondition.check(try await record.version(in: connection), of: record)
            }
            let verdict = try await write(connection)
            try precondition.check(verdict, of: record)
            return (verdict, try await record.version(in: connection))
        }
        return try JSONBody.answer(verdict, key: record.key, version: version)
    }

    /// A page of rows with a key: `{"items": […], "next_after": …}`; `next_after` is null on the last page. The rows must be
    /// in the order of the key.
    func page(_ rows: SQL, key: String, _ query: PageQuery) async throws -> Response {
        let text = try await value(
            """
            with rows as (\(fragment: rows) limit \(query.limit + 1)), shown as (select * from rows limit \(query.limit))
            select jsonb_build_object(
                'items', coalesce((select jsonb_agg(to_jsonb(s)) from shown s), '[]'),
                'next_after', case when (select count(*) from rows) > \(query.limit)
                    then (select s.\(identifier: key) from shown s offset \(query.limit - 1)) end)
            """)
        return JSONBody.answer(text ?? JSONText("{}"))
    }
}
