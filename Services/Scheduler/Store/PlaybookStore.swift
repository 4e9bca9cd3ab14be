import Jobs
import Model
import Postgres

/// The stored playbooks: loading, listing, switching on and off.
enum PlaybookStore {
    enum Outcome: Equatable, Sendable {
        case created
        /// A new version, with what is different in words.
        case changed([String])
        /// The same playbook; only comments or layout of its text may be new.
        case unchanged
    }

    struct Loaded: Equatable, Sendable {
        var key: String
        var version: Int32
        var outcome: Outcome
        /// Segments that contacts was asked to define.
        var segments: [String]
    }

    /// Stores a playbook, in the caller's transaction. A changed one becomes a new version; runs end on the one that they
    /// began. Segments that are not as the playbook has them are handed to contacts, also where it is unchanged.
    static func load(_ playbook: Playbook, source: String, in connection: PostgresConnection) async throws -> Loaded {
        // One at a time: the row to lock may not be there yet.
        _ = try await connection.first("select pg_advisory_xact_lock(7201)")
        let row = try await connection.first(
            """
            select p.id, p.version, v.definition, v.id as version_id from plan.playbook p
            join plan.playbook_version v on v.playbook_id = p.id and v.version = p.version
            where p.key = \(playbook.key) for update of p
            """)
        let definition = try JSONText(encoding: playbook)
        let stored: (version: Int32, outcome: Outcome)
        if let row {
            let (id, version, before, versionID) = try row.decode(Int64.self, Int32.self, JSONText.self, Int64.self)
            let changes = try PlaybookDifference.words(from: before, to: definition)
            if changes.isEmpty {
                try await connection.execute(
                    "update plan.playbook_version set source = \(source) where id = \(versionID) and source <> \(source)"
                )
                stored = (version, .unchanged)
            } else {
                try await connection.execute("update plan.playbook set version = \(version + 1) where id = \(id)")
                try await insert(playbook, id, version + 1, source, definition, in: connection)
                stored = (version + 1, .changed(changes))
            }
        } else {
            let made = try await connection.first(
                "insert into plan.playbook (key, version) values (\(playbook.key), 1) returning id")
            guard let id: Int64 = try made?["id"] else { throw PlaybookUnusable(words: "the playbook got no id") }
            try await insert(playbook, id, 1, source, definition, in: connection)
            stored = (1, .created)
        }
        let segments = try await define(playbook.segments, in: connection)
        if stored.outcome != .unchanged { try await CatchUp.enqueue(in: connection) }
        return Loaded(key: playbook.key, version: stored.version, outcome: stored.outcome, segments: segments)
    }

    private static func insert(
        _ playbook: Playbook, _ id: Int64, _ version: Int32, _ source: String, _ definition: JSONText,
        in connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            insert into plan.playbook_version (playbook_id, version, title, source, definition)
            values (\(id), \(version), \(playbook.title), \(source), \(definition))
            """)
    }

    /// Asks contacts for the segments that are missing or different.
    private static func define(
        _ segments: [PlaybookSegment], in connection: PostgresConnection
    ) async throws -> [String] {
        var asked: [String] = []
        for segment in segments {
            let same = try await connection.first(
                """
                select from crm.segment
                where key = \(segment.key) and name = \(segment.name) and expression = \(segment.expression)
                """)
            guard same == nil else { continue }
            try await Queue.enqueue(
                "segment.define", on: ServiceName.contacts.queue, segment, groupKey: segment.key, in: connection)
            asked.append(segment.key)
        }
        return asked
    }

    /// Switches a playbook on or off; off, it enrols nobody, and what runs goes on. False where there is no such playbook.
    static func enable(_ key: String, _ enabled: Bool, in connection: PostgresConnection) async throws -> Bool {
        let changed = try await connection.execute(
            "update plan.playbook set enabled = \(enabled) where key = \(key)")
        if changed == 1, enabled { try await CatchUp.enqueue(in: connection) }
        return changed == 1
    }
}
