extension PostgresConnection {
    /// Runs one statement and returns its rows.
    package func query(_ sql: SQL) async throws -> [Row] {
        try await run(sql).rows
    }

    /// Runs one statement and returns its first row, if it has one.
    package func first(_ sql: SQL) async throws -> Row? {
        let result = try await run(sql)
        return result.rowCount > 0 ? Row(result: result, index: 0) : nil
    }

    /// Runs one statement and returns how many rows it touched.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int {
        try await run(sql).affected
    }

    /// Runs a text of one or more statements without parameters. Several are one transaction, unless they say otherwise.
    package func script(_ text: String) async throws {
        try await cancellable { link, flag in
            var patience = patience(flag)
            _ = try link.run(script: text, shown: text, &patience)
        }
    }

    /// Runs the statement and hands over its rows in batches, so that a large result never sits in memory as a whole.
    /// It reads in a transaction of its own, or in the one that is open.
    package nonisolated(nonsending) func batches(
        of size: Int = 1_000, _ sql: SQL, _ body: nonisolated(nonsending) ([Row]) async throws -> Void
    ) async throws {
        try await transaction { connection in
            let cursor = "holdfast_cursor_\(await connection.transactionDepth)"
            try await connection.execute("declare \(identifier: cursor) no scroll cursor for \(fragment: sql)")
            while true {
                let fetch = SQL(verbatim: "fetch forward \(max(1, size)) from ") + "\(identifier: cursor)"
                let rows = try await connection.query(fetch)
                guard !rows.isEmpty else { break }
                try await body(rows)
            }
            try await connection.execute("close \(identifier: cursor)")
        }
    }

    func run(_ sql: SQL) async throws -> QueryResult {
        let statement = try Statement(sql)
        return try await cancellable { link, flag in try run(statement, link, flag) }
    }

    private func run(_ statement: Statement, _ link: Link, _ flag: CancelFlag) throws -> QueryResult {
        guard configuration.preparedStatements else {
            var patience = patience(flag)
            return try link.run(statement, prepared: nil, &patience)
        }
        let key = StatementCache.Key(text: statement.text, types: statement.types)
        do {
            return try prepared(statement, key, link, flag)
        } catch let error as PostgresError where error.isStalePlan {
            if error.sqlState == "26000" { statements.forgetAll() } else { statements.forget(key) }
            // Inside a transaction it has failed already; `PostgresPool.transaction` tries the whole again.
            guard transactionDepth == 0, link.isIdle else { throw error }
            return try prepared(statement, key, link, flag)
        }
    }

    private func prepared(
        _ statement: Statement, _ key: StatementCache.Key, _ link: Link, _ flag: CancelFlag
    ) throws -> QueryResult {
        var patience = patience(flag)
        let name: String
        switch statements.plan(for: key) {
        case .once: return try link.run(statement, prepared: nil, &patience)
        case .prepared(let name): return try link.run(statement, prepared: name, &patience)
        case .prepare(let new): name = new
        }
        if !statements.dropped.isEmpty, !link.isFailedTransaction {
            let text = statements.takeDropped().map { "deallocate \($0)" }.joined(separator: "; ")
            _ = try link.run(script: text, shown: text, &patience)
        }
        try link.prepare(statement, name, &patience)
        statements.wasPrepared(key, as: name)
        return try link.run(statement, prepared: name, &patience)
    }
}
