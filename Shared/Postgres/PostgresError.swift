/// What went wrong with the database. Its description names no bound value; `detail` may (the server puts key values
/// there), so it is kept apart for those who may see them.
package struct PostgresError: Error, Sendable {
    package enum Kind: String, Sendable {
        /// The server refused the statement; see `sqlState`.
        case server
        /// There is no connection, or it broke. Whether the last statement took effect is unknown.
        case connectionLost = "connection lost"
        /// No connection of the pool became free in time, or the pool is closed.
        case poolExhausted = "pool exhausted"
        /// A value can't be sent, a column can't be read, or a call can't be made in this state.
        case value
        /// The URL or a setting of the connection is wrong.
        case configuration
    }

    /// Longer statements are cut in errors.
    static let queryLimit = 2_000

    package let kind: Kind
    /// Five characters by PostgreSQL's appendix A; nil if the error isn't the server's.
    package let sqlState: String?
    package let message: String
    /// May contain values of rows and parameters: not for logs.
    package let detail: String?
    package let hint: String?
    package let constraint: String?
    package let schema: String?
    package let table: String?
    package let column: String?
    /// The statement with `$1` for its values.
    package var query: String?
    /// Statements whose saved plan no longer fits; running them again makes a new one.
    let isStalePlan: Bool

    init(
        _ kind: Kind, _ message: String, sqlState: String? = nil, detail: String? = nil, hint: String? = nil,
        constraint: String? = nil, schema: String? = nil, table: String? = nil, column: String? = nil,
        query: String? = nil, isStalePlan: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.schema = schema
        self.table = table
        self.column = column
        self.query = query.map { String($0.prefix(Self.queryLimit)) }
        self.isStalePlan = isStalePlan
    }

    /// A conflict with another transaction (serialization failure, deadlock): the whole transaction may be tried again.
    package var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }
    /// The connection is gone; the next call gets a new one.
    package var isConnectionLost: Bool { kind == .connectionLost }
    /// The statement or a lock took longer than its time-out.
    package var isTimeout: Bool { sqlState == "57014" || sqlState == "55P03" || sqlState == "25P03" }
    package var isUniqueViolation: Bool { sqlState == "23505" }

    static func lost(_ message: String, sqlState: String? = nil, query: String? = nil) -> PostgresError {
        PostgresError(.connectionLost, message, sqlState: sqlState, query: query)
    }

    static func value(_ message: String, query: String? = nil) -> PostgresError {
        PostgresError(.value, message, query: query)
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        var text = "PostgreSQL: " + (kind == .server ? "" : kind.rawValue + ": ") + message
        if let sqlState { text += " [\(sqlState)]" }
        if let hint { text += " Hint: \(hint)" }
        if let query { text += " in: \(query)" }
        return text
    }

    package var debugDescription: String { description }

    /// So that `dump` and reflection don't show `detail` either.
    package var customMirror: Mirror {
        Mirror(self, children: ["description": description])
    }
}
