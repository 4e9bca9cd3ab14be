import Model
import Postgres

/// What customers want of the product, as `PUT /v1/requests/KEY` says it. What isn't said stays.
struct ProductRequest: Sendable {
    static let fields: [Field] = [
        .optional("title", .text(atMost: 1_000), "one line; the key until it has one"),
        .optional("body", .text(atMost: 10_000, lines: true), "the words"),
        .optional("features", .list(.text(atMost: 100), atMost: 100), "what part of the product it is about"),
        .optional("status", .choice(statuses), "open until it is said"),
    ]
    static let statuses = ["open", "planned", "shipped", "declined"]

    let key: String
    let title: String?
    let body: Said<String>
    /// What part of the product it is about.
    let features: [String]?
    let status: String?

    init(_ key: String, _ given: Fields) throws {
        let names = try Fields(["key": .text(key)]).read([.needed("key", .form(.segmentKey), "")], .json)
        let fields = try given.read(Self.fields, .json)
        self.key = try names.needed("key")
        title = fields.text("title").value
        body = fields.text("body")
        features = fields.list("features")
        status = fields.text("status").value
    }

    /// Makes or changes it. The first time that it is shipped, those who want to tell its requesters hear of it.
    func write(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        let row: SQL = "select to_jsonb(r) from crm.product_request r where r.key = \(key)"
        return try await Audit.change(actor, "put", "request \(key)", row: row, in: connection) {
            let written = try await connection.first(
                """
                insert into crm.product_request (key, title, body, features, status, shipped_at)
                values (\(key), coalesce(\(title), \(key)), \(body.value), coalesce(\(features)::text[], '{}'),
                    coalesce(\(status), 'open'), case when \(status) = 'shipped' then now() end)
                on conflict (key) do nothing returning id, shipped_at is not null as ships
                """)
            if let written {
                if try written["ships"] { try await ship(try written["id"], in: connection) }
                return .made
            }
            let changed = try await connection.first(
                """
                with wanted as (
                    select r.id, r.shipped_at is null as is_new, coalesce(\(title), r.title) as title,
                        case when \(body.sent)::text is null then r.body else nullif(\(body.sent), '') end as body,
                        coalesce(\(features)::text[], r.features) as features, coalesce(\(status), r.status) as status
                    from crm.product_request r where r.key = \(key) for update
                )
                update crm.product_request r set title = w.title, body = w.body, features = w.features, status = w.status,
                    shipped_at = case when w.status = 'shipped' then coalesce(r.shipped_at, now()) else r.shipped_at end
                from wanted w
                where r.id = w.id
                    and (r.title, r.body, r.features, r.status) is distinct from (w.title, w.body, w.features, w.status)
                returning r.id, w.is_new and r.status = 'shipped' as ships
                """)
            guard let changed else { return .unchanged }
            if try changed["ships"] { try await ship(try changed["id"], in: connection) }
            return .changed
        }
    }

    private func ship(_ id: Int64, in connection: PostgresConnection) async throws {
        try await Publication.requests([id], .requestShipped, in: connection)
    }
}
