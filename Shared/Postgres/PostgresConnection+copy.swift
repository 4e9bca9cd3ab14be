extension PostgresConnection {
    /// Copies rows into a table, by far the fastest way to write many:
    ///
    ///     try await connection.copyIn("usage.event", columns: ["subject_id", "name"], rows: [[1, "login"]])
    ///
    /// The values' types must be those of the columns, or integers that fit. All rows are taken or none.
    /// - Returns: how many rows were written.
    @discardableResult
    package func copyIn(
        _ table: SQL, columns: [String], rows: some Sequence<[(any PostgresEncodable)?]> & Sendable
    ) async throws -> Int {
        let names = columns.map { "\(identifier: $0)" as SQL }.joined(separator: ", ")
        // COPY's binary format converts nothing, so the types of the columns are asked for first.
        let described = try await run("select \(fragment: names) from \(fragment: table) limit 0")
        let statement = try Statement("copy \(fragment: table) (\(fragment: names)) from stdin (format binary)")
        return try await cancellable { link, flag in
            var patience = patience(flag)
            var encoder = CopyRows(columns: described.columns, query: statement.shown)
            var iterator = rows.makeIterator()
            return try link.copyIn(statement, &patience) { try encoder.next(&iterator) }
        }
    }

    /// Runs `copy … from stdin` with these bytes, in the format that the statement names.
    /// - Returns: how many rows were written.
    @discardableResult
    package func copyIn(_ sql: SQL, bytes: [UInt8]) async throws -> Int {
        let statement = try Statement(sql)
        return try await cancellable { link, flag in
            var patience = patience(flag)
            var rest = bytes[...]
            return try link.copyIn(statement, &patience) {
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(CopyRows.chunk) }
                return Array(rest.prefix(CopyRows.chunk))
            }
        }
    }

    /// Runs `copy … to stdout` and returns its lines or its bytes as they come. Bound the size in the statement.
    package func copyOut(_ sql: SQL) async throws -> [UInt8] {
        let statement = try Statement(sql)
        return try await cancellable { link, flag in
            var patience = patience(flag)
            return try link.copyOut(statement, &patience)
        }
    }
}
