import Model
import Postgres
import Segments

/// What a segment is to be: the payload of `segment.define`, and the body of `PUT /v1/segments/KEY`.
struct SegmentDefinition: Codable, Sendable, Equatable {
    let key: String
    let name: String
    let expression: String

    enum Fault: Error, Equatable { case badKey, badName, badExpression(SegmentError) }

    /// Writes it down and evaluates it for every account, where it differs from what is there.
    static func define(
        _ definition: SegmentDefinition, by actor: String, in connection: PostgresConnection
    ) async throws -> Verdict {
        let compiled = try definition.checked()
        let sources = compiled.sources.map(\.rawValue).sorted()
        let row: SQL =
            "select to_jsonb(s) - 'evaluated_at' - 'changed_at' from crm.segment s where key = \(definition.key)"
        return try await Audit.change(actor, "define", "segment \(definition.key)", row: row, in: connection) {
            let written = try await connection.first(
                """
                insert into crm.segment as s (key, name, expression, sources, changes_with_time)
                values (\(definition.key), \(definition.name), \(definition.expression), \(sources), \(compiled.changesWithTime))
                on conflict (key) do update set name = excluded.name, expression = excluded.expression,
                    sources = excluded.sources, changes_with_time = excluded.changes_with_time, fault = null,
                    changed_at = case when s.expression = excluded.expression then s.changed_at else now() end
                where (s.name, s.expression, s.sources, s.changes_with_time)
                    is distinct from (excluded.name, excluded.expression, excluded.sources, excluded.changes_with_time)
                    or s.fault is not null
                returning xmax = 0 as made
                """)
            guard let written, let segment = try await StoredSegment.named(definition.key, in: connection) else {
                return .unchanged
            }
            try await Membership.evaluate(segment, in: connection)
            let made: Bool = try written["made"]
            return made ? .made : .changed
        }
    }

    /// The expression, compiled.
    func checked() throws(Fault) -> CompiledSegment {
        guard SegmentDefinition.isKey(key) else { throw .badKey }
        guard (1...200).contains(name.unicodeScalars.count), !name.unicodeScalars.contains("\0") else { throw .badName }
        do {
            return try Segment.compile(expression)
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
        }
    }
}
