import Model
import Postgres

/// The quick way for many events, most of which are new: COPY into the table itself, with the roll-ups counted here. It
/// has no `on conflict`, so one event that is there already fails it as a whole: the rows that are new are found first
/// then, and again for as long as such events keep coming.
///
/// Beside a statement over arrays: see compose/bench ingest.
extension EventRow {
    /// Fewer are written by one statement, which is one round trip.
    static let fewest = 64

    private static let columns: SQL = """
        subject_id, message_id, sent_on, event, user_subject_id, api_key_id, occurred_at, known_at, received_at, original_at,
        sent_at, historical, clamped, repairs, properties
        """

    /// Writes all these rows, of which none may be there yet, with their roll-ups and marks; a unique violation says
    /// that one was. Two of one identity: the first is written.
    static func copy(
        _ rows: [EventRow], _ connection: PostgresConnection
    ) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        // In one order in all processes, so that writers of the same events wait for each other and never in a ring.
        let order = rows.indices.sorted { rows[$0].precedes(rows[$1]) || !rows[$1].precedes(rows[$0]) && $0 < $1 }
        var fates: [(origin: Batch.Origin, fate: Fate)] = []
        fates.reserveCapacity(rows.count)
        var bytes = CopyBytes()
        var counts: [Rollup: Int64] = [:]
        var subjects: [Int64] = []
        var last: EventRow?
        for index in order {
            let row = rows[index]
            if let last, !last.precedes(row) {
                fates.append((row.origin, .duplicate))
                continue
            }
            last = row
            fates.append((row.origin, .written))
            try row.append(to: &bytes)
            counts[Rollup(row), default: 0] += 1
            if subjects.last != row.subject { subjects.append(row.subject) }
        }
        _ = try await connection.copyIn(
            "copy usage.event (\(fragment: columns)) from stdin (format binary)", bytes: bytes.finished())
        var rollups = CopyBytes()
        for (rollup, count) in counts { try rollup.append(count, to: &rollups) }
        _ = try await connection.copyIn(
            "copy usage.daily_delta (subject_id, day, event, known_on, count) from stdin (format binary)",
            bytes: rollups.finished())
        try await connection.execute("insert into usage.mark (subjects) values (\(subjects))")
        return fates
    }

    /// Those that are there already.
    static func known(
        _ rows: [EventRow], _ connection: PostgresConnection
    ) async throws -> Set<Identity> {
        let found = try await connection.query(
            """
            select e.subject_id, e.message_id, e.sent_on
            from unnest(\(rows.map(\.subject)), \(rows.map(\.entry.messageID)), \(rows.map(\.entry.sentOn)))
                as i (subject_id, message_id, sent_on)
            join usage.event e on e.subject_id = i.subject_id and e.message_id = i.message_id collate "C"
                and e.sent_on = i.sent_on
            """)
        return try found.reduce(into: []) { known, row in
            let (subject, message, day) = try row.decode(Int64.self, String.self, CalendarDay.self)
            known.insert(Identity(subject: subject, message: message, day: day))
        }
    }

    private func precedes(_ other: EventRow) -> Bool {
        if subject != other.subject { return subject < other.subject }
        if entry.sentOn != other.entry.sentOn { return entry.sentOn < other.entry.sentOn }
        return entry.messageID < other.entry.messageID
    }

    private func append(to bytes: inout CopyBytes) throws {
        bytes.row(of: 15)
        bytes.append(subject)
        bytes.append(entry.messageID)
        try bytes.append(entry.sentOn)
        bytes.append(name)
        if let user { bytes.append(user) } else { bytes.appendNull() }
        if let keyID { bytes.append(keyID) } else { bytes.appendNull() }
        for time in [entry.occurredAt, entry.knownAt, entry.receivedAt] { try bytes.append(time) }
        for time in [entry.originalAt, entry.sentAt] { try bytes.append(time) }
        bytes.append(entry.isHistorical)
        bytes.append(entry.isClamped)
        if entry.repairs.isEmpty { bytes.appendNull() } else { try bytes.append(entry.repairs) }
        try bytes.append(entry.content)
    }
}

/// What events are counted by.
private struct Rollup: Hashable {
    let subject: Int64
    let day: CalendarDay
    let event: String
    let knownOn: CalendarDay

    init(_ row: EventRow) {
        subject = row.subject
        day = row.entry.occurredAt.day
        event = row.name
        knownOn = row.entry.knownAt.day
    }

    func append(_ count: Int64, to bytes: inout CopyBytes) throws {
        bytes.row(of: 5)
        bytes.append(subject)
        try bytes.append(day)
        bytes.append(event)
        try bytes.append(knownOn)
        bytes.append(count)
    }
}
