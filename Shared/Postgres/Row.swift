/// One row of a result. Read it by column name, or whole by position:
///
///     let name: String = try row["name"]
///     let (id, mail) = try row.decode(Int64.self, String?.self)
package struct Row: Sendable {
    let result: QueryResult
    let index: Int32

    /// The names of the columns, in order.
    package var columns: [String] { result.columns.map(\.name) }

    /// The value of the column with this name; throws if there is none, or two, or it can't be read as this type.
    package subscript<Value: PostgresDecodable>(_ column: String) -> Value {
        get throws { try value(at: try result.position(of: column)) }
    }

    /// The value of the column at this position, counted from 0.
    package subscript<Value: PostgresDecodable>(_ position: Int) -> Value {
        get throws { try value(at: position) }
    }

    /// Whether the column is null.
    package func isNull(_ column: String) throws -> Bool {
        result.bytes(row: index, column: try result.position(of: column)) == nil
    }

    /// The first values of the row, in order; there must be as many columns as types.
    package func decode<each Value: PostgresDecodable>(
        _ types: repeat (each Value).Type
    ) throws -> (repeat each Value) {
        var position = 0
        func next<One: PostgresDecodable>(_ type: One.Type) throws -> One {
            defer { position += 1 }
            return try value(at: position)
        }
        let values = (repeat try next(each types))
        guard position == result.columns.count else {
            throw PostgresError.value(
                "the row has \(result.columns.count) columns, \(position) were asked for", query: result.query)
        }
        return values
    }

    private func value<Value: PostgresDecodable>(at position: Int) throws -> Value {
        guard result.columns.indices.contains(position) else {
            throw PostgresError.value(
                "the row has \(result.columns.count) columns, number \(position + 1) was asked for", query: result.query
            )
        }
        let column = result.columns[position]
        do throws(PostgresValueRefusal) {
            guard let bytes = result.bytes(row: index, column: position) else { return try Value.decodeNull() }
            return try Value.decode(PostgresCell(oid: column.oid, bytes: bytes))
        } catch {
            throw PostgresError.value("column \"\(column.name)\" \(error.reason)", query: result.query)
        }
    }
}
