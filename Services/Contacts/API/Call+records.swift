import Chassis
import Hummingbird
import Model
import Postgres

extension Call {
    /// The id of the account with this key, or of its survivor if it was merged.
    func account(_ key: String, in connection: PostgresConnection) async throws -> Int64 {
        let row = try await connection.first(
            "select r.root_id from crm.account a join crm.account_root r on r.account_id = a.id where a.key = \(key)")
        guard let row else { throw Record.account(key).unknown }
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
    func put<Item: Draft>(_ type: Item.Type, _ record: (String) -> Record) async throws -> Response {
        var fields = try await body().fields
        fields.set(Item.keyField, .text(try place("key")))
        let draft = try Item(fields)
        let (record, origin) = (record(draft.key), origin)
        return try await put(record) { connection in
            try await Audit.change(origin.actor, "put", "\(record.noun) \(record.key)", row: record.row, in: connection)
            {
                try await draft.write(origin, in: connection)
            }
        }
    }

    /// Writes the record where the request's precondition holds; answers what became of it, with its version now.
    func put(
        _ record: Record, _ write: @escaping @Sendable (PostgresConnection) async throws -> Verdict
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

    /// Does the work in a transaction, unless it was done under this request's Idempotency-Key.
    func once(
        _ bytes: [UInt8], _ work: @escaping @Sendable (PostgresConnection) async throws -> Repeatable.Answer
    ) async throws -> Response {
        try await Repeatable(request, context, body: bytes).run(pool, work)
    }
}
