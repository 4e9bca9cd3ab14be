package import Postgres

/// What an expression may name beside the facts: saved segments and the custom fields of accounts.
package struct SegmentLibrary: Sendable {
    /// How deep segments may ask for one another.
    package static let mostDepth = 16

    /// Expressions by the segments' keys.
    package var segments: [String: String]
    /// Types by the fields' keys.
    package var fields: [String: FactType]

    package init(segments: [String: String] = [:], fields: [String: FactType] = [:]) {
        self.segments = segments
        self.fields = fields
    }

    /// All that is saved now.
    package static func load(_ connection: PostgresConnection) async throws -> SegmentLibrary {
        var library = SegmentLibrary(fields: try await fields(connection))
        for row in try await connection.query("select key, expression from crm.segment") {
            let (key, expression) = try row.decode(String.self, String.self)
            library.segments[key] = expression
        }
        return library
    }

    /// The custom fields that there are now.
    package static func fields(_ connection: PostgresConnection) async throws -> [String: FactType] {
        var fields: [String: FactType] = [:]
        for row in try await connection.query("select key, type, choices from crm.field where object = 'account'") {
            let (key, type, choices) = try row.decode(String.self, String.self, [String].self)
            fields[key] = FactType(field: type, choices)
        }
        return fields
    }
}

extension FactType {
    /// The type of a custom field, by its name in `crm.field`.
    package init(field type: String, _ choices: [String]) {
        switch type {
        case "number": self = .number
        case "money": self = .money
        case "date": self = .date
        case "bool": self = .truth
        case "choice": self = .choice(choices)
        case "multi_choice": self = .many(choices)
        default: self = .text
        }
    }
}
