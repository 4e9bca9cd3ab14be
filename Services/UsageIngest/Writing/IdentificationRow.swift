import Jobs
import Model
import Postgres

/// What an identify, group or alias call said, on its way into `usage.identification`; contacts applies it.
struct IdentificationRow: Sendable {
    let origin: Batch.Origin
    let kind: String
    let subject: Int64
    let other: Int64?
    let entry: Entry
    /// The write key that it came with.
    let keyID: Int64?

    private struct Identity: Hashable {
        let subject: Int64
        let kind: String
        let message: String
    }

    private var identity: Identity { Identity(subject: subject, kind: kind, message: entry.messageID) }

    /// Writes what is not there yet and publishes it.
    static func write(
        _ rows: [IdentificationRow], _ connection: PostgresConnection
    ) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        guard !rows.isEmpty else { return [] }
        let entries = rows.map(\.entry)
        let repairs = entries.map { $0.repairs.isEmpty ? nil : $0.repairs.joined(separator: "\n") }
        let found = try await connection.query(
            """
            insert into usage.identification (
                kind, subject_id, other_subject_id, message_id, traits, occurred_at, received_at, api_key_id,
                repairs)
            select kind, subject_id, other_subject_id, message_id, traits, occurred_at, received_at, api_key_id,
                string_to_array(repairs, chr(10))
            from unnest(
                \(rows.map(\.kind)), \(rows.map(\.subject)), \(rows.map(\.other)), \(entries.map(\.messageID)),
                \(entries.map(\.content)), \(entries.map(\.occurredAt)), \(entries.map(\.receivedAt)),
                \(rows.map(\.keyID)), \(repairs)
            ) with ordinality as i (
                kind, subject_id, other_subject_id, message_id, traits, occurred_at, received_at, api_key_id, repairs,
                position)
            order by subject_id, kind, message_id collate "C", position
            on conflict (subject_id, kind, message_id) do nothing
            returning id, subject_id, kind, message_id
            """)
        var written: Set<Identity> = []
        var ids: [Int64] = []
        for row in found {
            let (id, subject, kind, message) = try row.decode(Int64.self, Int64.self, String.self, String.self)
            ids.append(id)
            written.insert(Identity(subject: subject, kind: kind, message: message))
        }
        try await Queue.publish(.accountIdentified, ids: ids, in: connection) {
            IdentificationsRecorded(identifications: $0)
        }
        return rows.map { ($0.origin, written.remove($0.identity) == nil ? .duplicate : .written) }
    }
}
