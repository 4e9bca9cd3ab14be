import Postgres

/// By what a custom field is in use: values, segments, stages of deals.
struct FieldUse: Sendable {
    let object: CustomField.Object
    let key: String

    /// The field, kept from writers and changers until the transaction's end: they hold it while they write values.
    static func held(
        _ object: CustomField.Object, _ key: String, in connection: PostgresConnection
    ) async throws -> CustomField? {
        let row = try await connection.first(
            "select id from crm.field where object = \(object.rawValue) and key = \(key) for update")
        guard row != nil else { return nil }
        return try await CustomField.all(of: object, in: connection)[key]
    }

    /// Throws a refusal that says what uses the field.
    func refuse(_ what: String, in connection: PostgresConnection) async throws {
        let row = try await connection.first(
            """
            select count(*) as count, min(t.key) as first from \(fragment: object.table) t where t.fields ? \(key)
            """)
        let first: String? = try row?["first"]
        let count: Int64 = try row?["count"] ?? 0
        if let first {
            throw Refusal.conflict(
                nil,
                "\(what): \(count) \(object.rawValue)\(count == 1 ? " has" : "s have") a value in it, "
                    + "such as “\(first)”; clear the values first")
        }
        try await refuse(what, "segment", segments, in: connection)
        let stages: SQL = """
            select pipeline || '.' || key from crm.deal_stage
            where \(object.rawValue) = 'deal' and \(key) = any(demands) order by pipeline, position limit 5
            """
        try await refuse(what, "stage", stages, in: connection)
    }

    private func refuse(
        _ what: String, _ user: String, _ sql: SQL, in connection: PostgresConnection
    ) async throws {
        let names = try await connection.query(sql).map { try $0[0] as String }
        guard let first = names.first else { return }
        let list = names.joined(separator: ", ")
        throw Refusal.conflict(
            nil, "\(what): it is used by the \(user)\(names.count == 1 ? "" : "s") \(list); change \(first) first")
    }

    /// Throws a refusal where one of these choices is the value of something.
    func refuseRemoval(of choices: [String], in connection: PostgresConnection) async throws {
        if choices.isEmpty { return }
        let row = try await connection.first(
            """
            select c.choice, (select t.key from \(fragment: object.table) t where t.fields -> \(key) ? c.choice
                order by t.key limit 1) as first
            from unnest(\(choices)) as c (choice)
            where exists (select from \(fragment: object.table) t where t.fields -> \(key) ? c.choice) limit 1
            """)
        guard let row else { return }
        let (choice, first) = try row.decode(String.self, String.self)
        throw Refusal.conflict(
            "choices", "“\(choice)” is in use, such as by the \(object.rawValue) “\(first)”: change the values first")
    }

    /// Removes the field where nothing uses it. False where there is none.
    func remove(by actor: String, in connection: PostgresConnection) async throws -> Bool {
        guard try await Self.held(object, key, in: connection) != nil else { return false }
        try await refuse("the field can't be deleted", in: connection)
        let row: SQL = "select to_jsonb(f) from crm.field f where f.object = \(object.rawValue) and f.key = \(key)"
        _ = try await Audit.change(actor, "delete", "field \(object.rawValue).\(key)", row: row, in: connection) {
            try await connection.execute(
                "delete from crm.field where object = \(object.rawValue) and key = \(key)")
        }
        return true
    }

    /// Segments read fields of accounts, as `field("health")`. A text that only looks like it counts too: safe, and rare.
    private var segments: SQL {
        """
        select key from crm.segment
        where \(object.rawValue) = 'account' and expression ~ \("\\mfield\\s*\\(\\s*\"\(key)\"\\s*\\)") order by key limit 5
        """
    }
}
