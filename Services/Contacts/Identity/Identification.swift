import Foundation
import Model
import Postgres

/// What one identify, group or alias call said, as usage-ingest wrote it down.
struct Identification: Sendable {
    let id: Int64
    let kind: String
    let subject: Int64
    let other: Int64?
    let traits: [String: FieldValue]
    let occurredAt: Date

    /// In the order in which they happened.
    static func read(_ ids: [Int64], in connection: PostgresConnection) async throws -> [Identification] {
        let rows = try await connection.query(
            """
            select id, kind, subject_id, other_subject_id, traits, occurred_at from usage.identification
            where id = any(\(ids)) order by occurred_at, id
            """)
        return try rows.map { row in
            let (id, kind, subject, other, traits, occurredAt) = try row.decode(
                Int64.self, String.self, Int64.self, Int64?.self, JSONText.self, Date.self)
            return Identification(
                id: id, kind: kind, subject: subject, other: other,
                traits: (try? traits.decode([String: FieldValue].self)) ?? [:], occurredAt: occurredAt)
        }
    }

    /// A trait that is a text of at most so many characters; what else a sender puts there is left alone.
    func trait(_ names: String..., atMost limit: Int) -> String? {
        let fields = Fields(traits)
        for name in names {
            if let text = try? fields.text(name, atMost: limit).value { return text }
        }
        return nil
    }
}
