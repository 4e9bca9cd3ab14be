import Model
import Postgres
import Segments

/// One row of `crm.segment`.
struct StoredSegment: Sendable, Equatable {
    let id: Int64
    let key: String
    let expression: String

    /// All segments, or those that read one of these sources, in the order in which they are locked.
    static func all(
        reading sources: Set<Fact.Source>? = nil, in connection: PostgresConnection
    ) async throws -> [StoredSegment] {
        let names = sources.map { $0.map(\.rawValue).sorted() }
        let rows = try await connection.query(
            """
            select id, key, expression from crm.segment
            where \(names)::text[] is null or sources && \(names) order by id
            """)
        return try rows.map { row in
            let (id, key, expression) = try row.decode(Int64.self, String.self, String.self)
            return StoredSegment(id: id, key: key, expression: expression)
        }
    }

    static func named(_ key: String, in connection: PostgresConnection) async throws -> StoredSegment? {
        let row = try await connection.first("select id, key, expression from crm.segment where key = \(key)")
        guard let row else { return nil }
        let (id, name, expression) = try row.decode(Int64.self, String.self, String.self)
        return StoredSegment(id: id, key: name, expression: expression)
    }
}
