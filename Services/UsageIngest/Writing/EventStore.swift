import Jobs
import Logging
import Model
import Postgres

/// Writes batches: one transaction each, in which the events, their roll-ups, the marks for `usage.recorded`, the
/// identifications with their topic and the quarantine are committed together.
///
/// No two of these transactions can wait for each other in a ring: subjects are made before and apart, and within one
/// everything is locked by kind (events, roll-ups, identifications), each kind in the order of its keys.
struct EventStore: Sendable {
    /// A statement that takes longer is given up and its requests answered with 503, before they give up by themselves.
    static let timeout: Duration = .seconds(20)

    let pool: PostgresPool
    let subjects: Subjects

    init(pool: PostgresPool) {
        self.pool = pool
        subjects = Subjects(pool: pool)
    }

    /// What became of each message. Safe to repeat: what is there already is a duplicate.
    func write(_ batch: Batch) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        var keys: Set<SubjectKey> = []
        for row in batch.rows {
            keys.insert(row.taken.entry.subject)
            if let other = row.taken.entry.other { keys.insert(other) }
        }
        let ids = try await subjects.ids(of: keys)
        var events: [EventRow] = []
        var identifications: [IdentificationRow] = []
        for row in batch.rows {
            let entry = row.taken.entry
            guard let subject = ids[entry.subject] else { throw MissingSubject() }
            let other = entry.other.flatMap { ids[$0] }
            switch entry.row {
            case .event(let name):
                events.append(
                    EventRow(origin: row.origin, name: name, subject: subject, user: other, entry: entry))
            case .identification(let kind):
                identifications.append(
                    IdentificationRow(origin: row.origin, kind: kind, subject: subject, other: other, entry: entry))
            }
        }
        let (eventRows, identificationRows) = (events, identifications)
        return try await pool.transaction(timeout: Self.timeout) { connection in
            var fates = try await EventRow.write(eventRows, connection)
            fates += try await IdentificationRow.write(identificationRows, connection)
            try await Quarantine.write(batch, connection)
            return fates + batch.refused.map { ($0.origin, .quarantined($0.refused.refusal)) }
        }
    }

    /// A subject vanished between being made and being used.
    struct MissingSubject: Error, CustomStringConvertible {
        var description: String { "a subject is gone from usage.subject that was just made there" }
    }
}
