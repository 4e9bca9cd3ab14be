import Jobs
import Model
import Postgres

/// From where on a signal counts: lower values are 0 to the score. For everybody, or for those in a segment now.
struct Threshold: Sendable, Equatable {
    let signal: String
    /// Key of the segment; nil for everybody.
    let segment: String?
    /// [value]
    let least: Double

    static func all(in connection: PostgresConnection) async throws -> [Threshold] {
        try await connection.query(
            "select signal, nullif(segment, '') as segment, least from risk.signal_threshold order by signal, segment"
        ).map { Threshold(signal: try $0["signal"], segment: try $0["segment"], least: try $0["least"]) }
    }

    /// Sets or, with nothing, removes it.
    /// - Throws: `JobFailure` that says what is wrong with it.
    static func set(
        _ signal: String, segment: String?, least: Double?, by: String, in connection: PostgresConnection
    ) async throws {
        guard Signal.all.contains(where: { $0.name == signal }) else {
            throw JobFailure.dead(
                "“\(signal)” is no signal of the program: risk-scorer signals lists those that there are")
        }
        guard (1...200).contains(by.unicodeScalars.count) else {
            throw JobFailure.dead("who says so must have 1 to 200 letters")
        }
        if let segment, try await connection.first("select from crm.segment where key = \(segment)") == nil {
            throw JobFailure.dead("there is no segment with the key “\(segment)”: define it first")
        }
        guard let least else {
            try await connection.execute(
                "delete from risk.signal_threshold where signal = \(signal) and segment = \(segment ?? "")")
            return
        }
        guard least > 0, least <= 1 else {
            throw JobFailure.dead("\(least) is no value of a signal: expected above 0, up to 1")
        }
        try await connection.execute(
            """
            insert into risk.signal_threshold (signal, segment, least, said_by) values (\(signal), \(segment ?? ""), \(least), \(by))
            on conflict (signal, segment) do update set least = excluded.least, said_by = excluded.said_by, said_at = now()
            """)
    }
}

extension Measuring {
    /// The rows of all signals, where those below their account's threshold are 0.
    static func counted(_ rows: SQL, _ thresholds: [Threshold]) -> SQL {
        if thresholds.isEmpty { return rows }
        return """
            select u.signal, u.account_id, case when u.value < l.least then 0 else u.value end as value, u.status, u.evidence
            from (\(fragment: rows)) u left join (
                select t.account_id, h.signal, max(h.least) as least
                from unnest(\(thresholds.map(\.signal)), \(thresholds.map(\.segment)), \(thresholds.map(\.least)))
                    as h (signal, segment, least)
                cross join target t
                where h.segment is null or exists (
                    select from crm.segment_member m join crm.segment s on s.id = m.segment_id
                    where s.key = h.segment and m.account_id = t.account_id)
                group by t.account_id, h.signal
            ) l on l.account_id = u.account_id and l.signal = u.signal
            """
    }
}
