/// A statement, or a piece of one, whose values can only be bound.
///
///     let sql: SQL = "select name from crm.account where key = \(key)"
///
/// `\(value)` becomes a numbered parameter, never text. The other interpolations say what they do:
/// `\(fragment: sql)` nests, `\(identifier: name)` quotes a name, `\(literal: text)` quotes a text for the utility
/// statements that take no parameters (its value is left out of errors).
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    enum Part: Sendable {
        case text(String)
        case literal(String)
        case value(BoundValue)
    }

    var parts: [Part]

    package init(stringLiteral value: String) {
        parts = [.text(value)]
    }

    package init(stringInterpolation: StringInterpolation) {
        parts = stringInterpolation.parts
    }

    /// Text that is sent as it stands. Never build it from anything that came from outside.
    package init(verbatim text: String) {
        parts = [.text(text)]
    }

    /// Whether there is no text and no value in it.
    package var isEmpty: Bool {
        parts.allSatisfy { part in
            if case .text(let text) = part { return text.isEmpty }
            return false
        }
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum += right
        return sum
    }

    package static func += (left: inout SQL, right: SQL) {
        left.parts += right.parts
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount * 2 + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        /// Binds a value as a parameter.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            parts.append(.value(BoundValue(value)))
        }

        /// Binds a value or null. A declaration of its own, so that the compiler does not take the optional for a mistake.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parts.append(.value(BoundValue(value)))
        }

        /// Nests a piece of SQL with its own parameters.
        package mutating func appendInterpolation(fragment: SQL) {
            parts += fragment.parts
        }

        /// A quoted name of a table, column, role, channel…
        package mutating func appendInterpolation(identifier: String) {
            parts.append(.text("\"" + identifier.replacing("\"", with: "\"\"") + "\""))
        }

        /// A quoted text constant, for statements that take no parameters (`alter role … password`).
        package mutating func appendInterpolation(literal: String) {
            parts.append(.literal(literal))
        }
    }
}

extension Sequence<SQL> {
    /// The pieces one after the other with the separator between them.
    package func joined(separator: SQL) -> SQL {
        var sum = SQL(verbatim: "")
        for (index, piece) in enumerated() {
            if index > 0 { sum += separator }
            sum += piece
        }
        return sum
    }
}

extension SQL: CustomStringConvertible {
    /// The statement with `$1`, `$2` … in place of its values.
    package var description: String { Statement.shown(self) }
}
