import Jobs
import Model
import Postgres
import Segments

/// What a segment is to be: the payload of `segment.define`, and the body of `PUT /v1/segments/KEY`.
struct SegmentDefinition: Codable, Sendable, Equatable {
    let key: String
    let name: String
    let expression: String

    enum Fault: Error, Equatable {
        case badKey, badName, badExpression(SegmentError), unknown(String), inUse(String, by: [String])
        /// A segment that asks for it could no more be read.
        case breaks(String, SegmentError)
    }

    /// Writes it down where it differs from what is there. Who is in it, and in the segments that ask for it, is found out by a
    /// job, at once and in the background; one job for all that are defined before it starts.
    static func define(
        _ definition: SegmentDefinition, by actor: String, in connection: PostgresConnection
    ) async throws -> Verdict {
        try await Membership.lockAll(in: connection)
        let library = try await SegmentLibrary.load(connection)
        let compiled = try definition.checked(library)
        let row: SQL =
            "select to_jsonb(s) - 'evaluated_at' - 'changed_at' from crm.segment s where key = \(definition.key)"
        return try await Audit.change(actor, "define", "segment \(definition.key)", row: row, in: connection) {
            let written = try await connection.first(
                """
                insert into crm.segment as s (key, name, expression, sources, changes_with_time, uses)
                values (\(definition.key), \(definition.name), \(definition.expression), \(compiled.sourceNames),
                    \(compiled.changesWithTime), \(compiled.segments))
                on conflict (key) do update set name = excluded.name, expression = excluded.expression,
                    sources = excluded.sources, changes_with_time = excluded.changes_with_time, uses = excluded.uses, fault = null,
                    changed_at = case when s.expression = excluded.expression then s.changed_at else clock_timestamp() end,
                    evaluated_at = case when s.expression = excluded.expression and s.fault is null then s.evaluated_at end
                where (s.name, s.expression, s.sources, s.changes_with_time, s.uses) is distinct from
                    (excluded.name, excluded.expression, excluded.sources, excluded.changes_with_time, excluded.uses)
                    or s.fault is not null
                returning xmax = 0 as made
                """)
            guard let written else { return .unchanged }
            var changed = library
            changed.segments[definition.key] = definition.expression
            try await follow(definition.key, changed, before: library, in: connection)
            try await SegmentJobs.enqueueDefined(in: connection)
            let made: Bool = try written["made"]
            return made ? .made : .changed
        }
    }

    /// Notes what the segments that ask for this one read by now, and that they are to be looked at. One that could not be read
    /// before says so then; one that could no more be read refuses the definition.
    private static func follow(
        _ key: String, _ library: SegmentLibrary, before: SegmentLibrary, in connection: PostgresConnection
    ) async throws {
        let rows = try await connection.query(
            "select key, expression from crm.segment where uses @> array[\(key)]::text[] order by key")
        for row in rows {
            let (key, expression) = try row.decode(String.self, String.self)
            let due: SQL = "changed_at = clock_timestamp(), evaluated_at = null"
            let compiled: CompiledSegment
            do throws(SegmentError) {
                compiled = try Segment.compile(expression, library: library, key: key)
            } catch {
                if (try? Segment.compile(expression, library: before, key: key)) != nil {
                    throw Fault.breaks(key, error)
                }
                try await connection.execute("update crm.segment set \(fragment: due) where key = \(key)")
                continue
            }
            try await connection.execute(
                """
                update crm.segment set \(fragment: due), sources = \(compiled.sourceNames),
                    changes_with_time = \(compiled.changesWithTime), uses = \(compiled.segments) where key = \(key)
                """)
        }
    }

    /// Throws where a segment that can be read could not be any more once a field of accounts has this type.
    static func refuseBreaking(
        field: String, _ type: FactType, in connection: PostgresConnection
    ) async throws {
        try await Membership.shareDefinitions(in: connection)
        let library = try await SegmentLibrary.load(connection)
        var changed = library
        changed.fields[field] = type
        for (key, expression) in library.segments.sorted(by: { $0.key < $1.key }) {
            do throws(SegmentError) {
                _ = try Segment.compile(expression, library: changed, key: key)
            } catch {
                guard (try? Segment.compile(expression, library: library, key: key)) != nil else { continue }
                throw Refusal.conflict(
                    "choices", "the segment “\(key)” could not be read any more: \(error.sentence); change it first")
            }
        }
    }

    /// Removes a segment with its members. One that another segment or a playbook asks for stays.
    static func remove(_ key: String, by actor: String, in connection: PostgresConnection) async throws {
        try await Membership.lockAll(in: connection)
        guard try await connection.first("select from crm.segment where key = \(key)") != nil else {
            throw Fault.unknown(key)
        }
        let users = try await connection.query(
            """
            select 'segment ' || key as name from crm.segment where uses @> array[\(key)]::text[]
            union all
            select 'playbook ' || p.key from plan.playbook p join plan.playbook_version v on v.playbook_id = p.id
            where v.version = p.version and v.definition::text ilike '%' || \("\"\(key)\"") || '%'
            order by 1 limit 10
            """)
        guard users.isEmpty else { throw Fault.inUse(key, by: try users.map { try $0["name"] }) }
        let row: SQL = "select to_jsonb(s) - 'evaluated_at' - 'changed_at' from crm.segment s where key = \(key)"
        try await Audit.change(actor, "remove", "segment \(key)", row: row, in: connection) {
            try await Membership.empty(key, in: connection)
            try await connection.execute("delete from crm.segment where key = \(key)")
        }
    }

    /// The expression, compiled.
    func checked(_ library: SegmentLibrary?) throws(Fault) -> CompiledSegment {
        guard SegmentDefinition.isKey(key) else { throw .badKey }
        guard (1...200).contains(name.unicodeScalars.count), !name.unicodeScalars.contains("\0") else { throw .badName }
        do {
            return try Segment.compile(expression, library: library, key: key)
        } catch {
            throw .badExpression(error)
        }
    }

    /// Small letters, digits and hyphens, at most 100.
    static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...100).contains(bytes.count), bytes.first != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}

extension SegmentDefinition.Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .badKey: "key: expected small letters, digits and hyphens, at most 100, such as data-exported"
        case .badName: "name: expected a text of 1 to 200 characters"
        case .badExpression(let error): "expression: \(error.description)"
        case .unknown(let key): "there is no segment with the key “\(key)”: GET /v1/segments lists them"
        case .breaks(let key, let error):
            "expression: the segment “\(key)” asks for this one, and could not be read any more: \(error.sentence)"
        case .inUse(let key, let users):
            "the segment “\(key)” is asked for by \(users.joined(separator: ", ")): change these first"
        }
    }
}

extension CompiledSegment {
    /// For `crm.segment.sources`.
    var sourceNames: [String] { sources.map(\.rawValue).sorted() }
}
