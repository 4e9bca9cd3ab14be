import Postgres

/// One row of `crm.segment`.
struct StoredSegment: Sendable, Equatable {
    let id: Int64
    let key: String
    let expression: String

    /// All of them, in the order of their ids.
    static func all(in connection: PostgresConnection) async throws -> [StoredSegment] {
        let rows = try await connection.query("select id, key, expression from crm.segment order by id")
        return try rows.map { row in
            let (id, key, expression) = try row.decode(Int64.self, String.self, String.self)
            return StoredSegment(id: id, key: key, expression: expression)
        }
    }
}
