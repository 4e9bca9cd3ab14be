import Postgres

/// What one batch brought by one format and key, counted: a row of `usage.reception_delta`, written with the batch, so
/// that the counts are those of the events. Appended and folded later: adding to a row in place would make writers wait
/// for each other.
struct ReceptionRow: Sendable, Equatable {
    struct Source: Hashable, Sendable {
        let format: String
        let keyID: Int64?
    }

    /// Upper ends of the steps in which the time from happening to arrival is counted [µs]; one more step lies beyond.
    static let lagSteps: [Int64] = [1, 10, 60, 600, 3_600, 86_400].map { $0 * 1_000_000 }

    let source: Source
    /// Those with repairs among them.
    var accepted: Int64 = 0
    var repaired: Int64 = 0
    var duplicates: Int64 = 0
    var quarantined: Int64 = 0
    var bytes: Int64 = 0
    /// How many of the accepted events came within each step; none of declared history.
    var lags = [Int64](repeating: 0, count: lagSteps.count + 1)
    /// From arrival until now, summed over all messages, and the longest [ms].
    var wait: Int64 = 0
    var longestWait: Int64 = 0

    init(source: Source) { self.source = source }

    var messages: Int64 { accepted + duplicates + quarantined }

    /// One row for each format and key, in the order in which they come up.
    static func rows(
        of batch: Batch, _ fates: [(origin: Batch.Origin, fate: Fate)], at now: UTCTime
    ) -> [ReceptionRow] {
        let duplicates = Set(fates.lazy.filter { $0.fate == .duplicate }.map(\.origin))
        var rows: [ReceptionRow] = []
        var places: [Source: Int] = [:]
        let placeOfParcel = batch.parcels.map { parcel in
            let source = Source(format: parcel.format, keyID: parcel.keyID)
            if let place = places[source] { return place }
            rows.append(ReceptionRow(source: source))
            places[source] = rows.count - 1
            return rows.count - 1
        }
        for row in batch.rows {
            let place = placeOfParcel[row.origin.parcel]
            rows[place].came(row.taken.source.count, since: row.taken.entry.receivedAt, at: now)
            if !duplicates.isEmpty, duplicates.contains(row.origin) {
                rows[place].duplicates += 1
            } else {
                rows[place].accept(row.taken.entry)
            }
        }
        for refused in batch.refused {
            let (place, parcel) = (placeOfParcel[refused.origin.parcel], batch.parcels[refused.origin.parcel])
            rows[place].came(refused.refused.source.count, since: parcel.receivedAt, at: now)
            rows[place].quarantined += 1
        }
        return rows.filter { $0.messages > 0 }
    }

    private mutating func came(_ size: Int, since arrival: UTCTime, at now: UTCTime) {
        let waited = max(0, now.microseconds - arrival.microseconds) / 1_000
        bytes += Int64(size)
        wait += waited
        longestWait = max(longestWait, waited)
    }

    private mutating func accept(_ entry: Entry) {
        accepted += 1
        if !entry.repairs.isEmpty { repaired += 1 }
        guard case .event = entry.row, !entry.isHistorical else { return }
        let lag = entry.receivedAt.microseconds - entry.occurredAt.microseconds
        lags[Self.lagSteps.firstIndex { lag <= $0 } ?? Self.lagSteps.count] += 1
    }

    /// Writes the rows of a batch, for the minute of its transaction: a message out of quarantine counts when it is taken.
    static func write(
        _ batch: Batch, _ fates: [(origin: Batch.Origin, fate: Fate)], _ connection: PostgresConnection
    ) async throws {
        let rows = rows(of: batch, fates, at: .now)
        guard !rows.isEmpty else { return }
        let counts: SQL = """
            \(rows.map(\.accepted)), \(rows.map(\.repaired)), \(rows.map(\.duplicates)), \(rows.map(\.quarantined)),
            \(rows.map(\.bytes))
            """
        let lags = (0...lagSteps.count).map { step -> SQL in "\(rows.map { $0.lags[step] })" }.joined(separator: ", ")
        try await connection.execute(
            """
            insert into usage.reception_delta
            select date_trunc('minute', now()), r.*
            from unnest(
                \(rows.map(\.source.format)), \(rows.map { $0.source.keyID ?? 0 }), \(fragment: counts),
                \(fragment: lags), \(rows.map(\.wait)), \(rows.map(\.longestWait))) as r
            """)
    }
}
