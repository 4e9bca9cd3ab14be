import Postgres

/// What could not be taken, whole, with the reason and the place: nothing that came is lost silently.
enum Quarantine {
    /// Longer bodies that nobody can read are kept up to here [bytes].
    static let longestBody = 256 << 10

    /// Writes what the batch refused.
    static func write(_ batch: Batch, _ connection: PostgresConnection) async throws {
        let refused = batch.refused
        guard !refused.isEmpty else { return }
        let parcels = refused.map { batch.parcels[$0.origin.parcel] }
        let refusals = refused.map(\.refused.refusal)
        _ = try await connection.execute(
            """
            insert into usage.quarantine (received_at, format, path, api_key_id, reason, place, content, envelope, is_body,
                content_type)
            select * from unnest(
                \(parcels.map(\.receivedAt)), \(parcels.map(\.format)), \(parcels.map(\.path)), \(parcels.map(\.keyID)),
                \(refusals.map(\.reason)), \(refusals.map(\.place)), \(refused.map { Bytes($0.refused.source) }),
                \(parcels.map { $0.envelope.map { Bytes($0) } }), \(refused.map(\.refused.isBody)),
                \(refused.map(\.refused.contentType)))
            """)
    }
}
