import Foundation
import Postgres

/// Who changed what, from what to what; rows are only ever added.
enum Audit {
    /// Adds a row with `detail` as it stands.
    static func record(
        _ actor: String, _ verb: String, _ object: String, _ detail: JSONText = JSONText("{}"),
        in connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            "insert into crm.audit (actor, verb, object, detail) values (\(actor), \(verb), \(object), \(detail))")
    }

    /// Runs a change of one row of a table and records in which columns it differs before and after, if it does. `row` is
    /// a statement with one row and one column, the row as jsonb.
    static func change<Result>(
        _ actor: String, _ verb: String, _ object: String, row: SQL, in connection: PostgresConnection,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let before = try await shown(row, in: connection)
        let result = try await body()
        let after = try await shown(row, in: connection)
        try await connection.execute(
            """
            with sides as (
                select key, b.value as was, a.value as now_is
                from jsonb_each(\(before)) b full join jsonb_each(\(after)) a using (key)
                where a.value is distinct from b.value
            )
            insert into crm.audit (actor, verb, object, detail)
            select \(actor), \(verb), \(object),
                jsonb_build_object('from', jsonb_object_agg(key, was), 'to', jsonb_object_agg(key, now_is))
            from sides having count(*) > 0
            """)
        return result
    }

    private static func shown(_ row: SQL, in connection: PostgresConnection) async throws -> JSONText {
        try await connection.first(row).map { try $0[0] } ?? JSONText("{}")
    }
}
