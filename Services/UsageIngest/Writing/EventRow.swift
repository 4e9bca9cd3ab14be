import Model
import Postgres

/// An event on its way into `usage.event`.
struct EventRow: Sendable {
    let origin: Batch.Origin
    let name: String
    let subject: Int64
    let user: Int64?
    let entry: Entry
    /// The write key that it came with.
    var keyID: Int64?

    /// By which an event counts once.
    struct Identity: Hashable {
        let subject: Int64
        let message: String
        let day: CalendarDay
    }

    var identity: Identity { Identity(subject: subject, message: entry.messageID, day: entry.sentOn) }

    /// Writes what is not there yet, adds exactly that to the roll-ups, and marks the subjects. One statement, so that
    /// what was written is known without reading it again; for few rows, and where some may be there already.
    static func write(
        _ rows: [EventRow], _ connection: PostgresConnection
    ) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        guard !rows.isEmpty else { return [] }
        if rows.contains(where: \.isNearMidnight) {
            // Two that bring the same message on both sides of midnight would not see each other's row.
            _ = try await connection.first("select pg_advisory_xact_lock(\(midnightLock))")
        }
        let hasTimeless = rows.contains { $0.entry.isTimeless }
        guard let row = try await connection.first(statement(rows, hasTimeless: hasTimeless)) else { return [] }
        let (count, subjects, messages, days) = try row.decode(
            Int64.self, [Int64]?.self, [String]?.self, [CalendarDay]?.self)
        guard count < rows.count else { return rows.map { ($0.origin, .written) } }
        var written: Set<Identity> = []
        for ((subject, message), day) in zip(zip(subjects ?? [], messages ?? []), days ?? []) {
            written.insert(Identity(subject: subject, message: message, day: day))
        }
        return rows.map { ($0.origin, written.remove($0.identity) == nil ? .duplicate : .written) }
    }

    private static let midnightLock: Int64 = 7_102
    /// Far longer than a request may take [µs].
    private static let nearMidnight: Int64 = 600_000_000

    private var isNearMidnight: Bool {
        guard entry.isTimeless else { return false }
        let time = entry.receivedAt.microsecondsOfDay
        return time < Self.nearMidnight || time > UTCTime.microsecondsPerDay - Self.nearMidnight
    }

    private static func statement(_ rows: [EventRow], hasTimeless: Bool) -> SQL {
        let yesterday: SQL = """
            where not (i.timeless and exists (
                select from usage.event e
                where e.subject_id = i.subject_id and e.message_id = i.message_id collate "C" and e.sent_on = i.sent_on - 1))
            """
        return """
            with incoming as (
                select * from unnest(\(fragment: columns(rows))) with ordinality as i (
                    subject_id, message_id, sent_on, timeless, event, user_subject_id, api_key_id, occurred_at, known_at,
                    received_at, original_at, sent_at, historical, clamped, repairs, amount, properties, position)
            ), written as (
                insert into usage.event (
                    subject_id, message_id, sent_on, event, user_subject_id, api_key_id, occurred_at, known_at, received_at,
                    original_at, sent_at, historical, clamped, repairs, amount, properties)
                select subject_id, message_id, sent_on, event, user_subject_id, api_key_id, occurred_at, known_at, received_at,
                    original_at, sent_at, historical, clamped, string_to_array(repairs, chr(10)), amount::numeric, properties
                from incoming i \(fragment: hasTimeless ? yesterday : SQL(verbatim: ""))
                order by subject_id, sent_on, message_id collate "C", position
                on conflict do nothing
                returning subject_id, message_id, sent_on, event, occurred_at, known_at, amount
            ), rolled_up as (
                insert into usage.daily_delta (subject_id, day, event, known_on, count, amount)
                select subject_id, (occurred_at at time zone 'UTC')::date, event, (known_at at time zone 'UTC')::date,
                    count(*), sum(amount)
                from written group by 1, 2, 3, 4
            ), marked as (
                insert into usage.mark (subjects) select array_agg(distinct subject_id) from written having count(*) > 0
            )
            select count(*), array_agg(subject_id) filter (where is_partial), array_agg(message_id) filter (where is_partial),
                array_agg(sent_on) filter (where is_partial)
            from written, (select count(*) < \(Int64(rows.count)) as is_partial from written) as told
            """
    }

    private static func columns(_ rows: [EventRow]) -> SQL {
        let entries = rows.map(\.entry)
        let identities: SQL = """
            \(rows.map(\.subject)), \(entries.map(\.messageID)), \(entries.map(\.sentOn)), \(entries.map(\.isTimeless))
            """
        let whatAndWho: SQL = "\(rows.map(\.name)), \(rows.map(\.user)), \(rows.map(\.keyID))"
        let times: SQL = """
            \(entries.map(\.occurredAt)), \(entries.map(\.knownAt)), \(entries.map(\.receivedAt)),
            \(entries.map(\.originalAt)), \(entries.map(\.sentAt))
            """
        let repairs = entries.map { $0.repairs.isEmpty ? nil : $0.repairs.joined(separator: "\n") }
        let rest: SQL = """
            \(entries.map(\.isHistorical)), \(entries.map(\.isClamped)), \(repairs), \(entries.map(\.amount)),
            \(entries.map(\.content))
            """
        return [identities, whatAndWho, times, rest].joined(separator: ", ")
    }
}
