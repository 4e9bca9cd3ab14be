import Jobs
import Logging
import Model
import Postgres
import Synchronization

/// Writes batches: one transaction each, in which the events, their roll-ups, the marks for `usage.recorded`, the
/// identifications with their topic, the quarantine and the counts are committed together.
///
/// No two of these transactions can wait for each other in a ring: subjects are made before and apart, and within one
/// everything is locked by kind (events, roll-ups, identifications), each kind in the order of its keys.
struct EventStore: Sendable {
    /// A statement that takes longer is given up and its requests answered with 503, before they give up by themselves.
    static let timeout: Duration = .seconds(20)

    let pool: PostgresPool
    let subjects: Subjects
    private let doubt = Doubt()

    init(pool: PostgresPool) {
        self.pool = pool
        subjects = Subjects(pool: pool)
    }

    /// What else is written in a batch's transaction, knowing what became of its messages.
    typealias Note = @Sendable (PostgresConnection, [(origin: Batch.Origin, fate: Fate)]) async throws -> Void

    /// What became of each message. Safe to repeat: what is there already is a duplicate.
    func write(_ batch: Batch, also note: Note? = nil) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        let found = try await subjects.ids(of: batch.rows.map(\.taken.entry))
        var events: [EventRow] = []
        var identifications: [IdentificationRow] = []
        for (row, (subject, other)) in zip(batch.rows, found) {
            let entry = row.taken.entry
            let keyID = batch.parcels[row.origin.parcel].keyID
            guard let subject else { throw MissingSubject() }
            switch entry.row {
            case .event(let name):
                events.append(
                    EventRow(
                        origin: row.origin, name: name, subject: subject, user: other, entry: entry,
                        keyID: keyID))
            case .identification(let kind):
                identifications.append(
                    IdentificationRow(
                        origin: row.origin, kind: kind, subject: subject, other: other, entry: entry, keyID: keyID))
            }
        }
        let (eventRows, identificationRows) = (events, identifications)
        func write(_ way: Way) async throws -> [(origin: Batch.Origin, fate: Fate)] {
            try await pool.transaction(timeout: Self.timeout) { connection in
                var fates = try await way.write(eventRows, connection)
                try await OrderEvents.record(eventRows, fates, connection)
                fates += try await IdentificationRow.write(identificationRows, connection)
                try await Quarantine.write(batch, connection)
                fates += batch.refused.map { ($0.origin, .quarantined($0.refused.refusal)) }
                try await ReceptionRow.write(batch, fates, connection)
                try await note?(connection, fates)
                return fates
            }
        }
        var way = Way(eventRows, isDoubtful: doubt.isThere)
        while true {
            do {
                return try await write(way)
            } catch let error as PostgresError where error.isUniqueViolation && way != .statement {
                doubt.raise()
                way = way == .copy ? .sifted : .statement
            }
        }
    }

    /// A subject vanished between being made and being used.
    struct MissingSubject: Error, CustomStringConvertible {
        var description: String { "a subject is gone from usage.subject that was just made there" }
    }
}

/// How a batch's events are written.
enum Way: Equatable {
    /// By COPY: all are held to be new.
    case copy
    /// By COPY, after those that are there already are set aside.
    case sifted
    /// By one statement that leaves out what is there already.
    case statement

    init(_ rows: [EventRow], isDoubtful: Bool) {
        let isPlain = rows.count >= EventRow.fewest && !rows.contains { $0.entry.isTimeless || $0.entry.amount != nil }
        self = !isPlain ? .statement : isDoubtful ? .sifted : .copy
    }

    func write(
        _ rows: [EventRow], _ connection: PostgresConnection
    ) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        switch self {
        case .statement: return try await EventRow.write(rows, connection)
        case .copy: return try await EventRow.copy(rows, connection)
        case .sifted:
            let known = try await EventRow.known(rows, connection)
            let new = rows.filter { !known.contains($0.identity) }
            let fates = rows.filter { known.contains($0.identity) }.map { ($0.origin, Fate.duplicate) }
            return new.isEmpty ? fates : fates + (try await EventRow.copy(new, connection))
        }
    }
}

/// Whether events are coming that are there already: for some batches after one was met, they are looked for first.
final class Doubt: Sendable {
    private static let batches = 64
    private let left = Mutex(0)

    func raise() { left.withLock { $0 = Self.batches } }

    /// Asked once a batch.
    var isThere: Bool {
        left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
    }
}
