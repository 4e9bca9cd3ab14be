import Logging

/// How a transaction is begun.
package enum TransactionMode: String, Sendable {
    case readCommitted = "isolation level read committed"
    case repeatableRead = "isolation level repeatable read"
    case serializable = "isolation level serializable"
    /// One snapshot, no writes.
    case readOnly = "isolation level repeatable read, read only"
}

extension PostgresConnection {
    /// Runs the body in a transaction: committed when it returns, rolled back when it throws or the task is cancelled.
    /// Inside another one it is a savepoint, whose mode and time-out are the outer one's.
    /// - Parameter timeout: how long each of its statements may take, instead of the configuration's; zero: for ever.
    @discardableResult
    package nonisolated(nonsending) func transaction<Result>(
        _ mode: TransactionMode = .readCommitted, timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let depth = try await begin(mode, timeout: timeout)
        do {
            let result = try await body(self)
            try await commit(depth)
            return result
        } catch {
            await rollback(depth)
            throw error
        }
    }

    private func begin(_ mode: TransactionMode, timeout: Duration?) async throws -> Int {
        let depth = transactionDepth + 1
        if depth > 1 {
            try await script("savepoint holdfast_\(depth)")
        } else {
            let limit = timeout.map { "; set local statement_timeout = \($0.milliseconds)" } ?? ""
            try await script("begin \(mode.rawValue)" + limit)
            if let timeout { statementTimeout = timeout }
        }
        transactionDepth = depth
        return depth
    }

    private func commit(_ depth: Int) async throws {
        try Task.checkCancellation()
        guard depth == transactionDepth else {
            throw PostgresError.value(
                "transactions of one connection ended out of order: only one task at a time may use it")
        }
        let text = depth > 1 ? "release savepoint holdfast_\(depth)" : "commit"
        // Not cancellable: what was asked for last is that it takes effect.
        let tag = try onLink { link in
            var patience = patience(nil)
            return try link.run(script: text, shown: text, &patience).last?.tag
        }
        left(depth)
        // PostgreSQL answers a commit after a failed statement with ROLLBACK and no error.
        guard tag != "ROLLBACK" else {
            throw PostgresError.value(
                "the transaction was rolled back, for a statement in it had failed and its error was swallowed: "
                    + "let the error through, or wrap the statement in a transaction of its own")
        }
    }

    /// Never throws: without a connection there is nothing to roll back.
    private func rollback(_ depth: Int) {
        guard transactionDepth >= depth else { return }
        defer { left(depth) }
        let savepoint = "holdfast_\(depth)"
        let text = depth > 1 ? "rollback to savepoint \(savepoint); release savepoint \(savepoint)" : "rollback"
        do {
            try onLink { link in
                guard !link.isIdle else { return }
                var patience = patience(nil)
                _ = try link.run(script: text, shown: text, &patience)
            }
        } catch {
            logger.debug("rollback failed: \(error)")
        }
    }

    private func left(_ depth: Int) {
        transactionDepth = depth - 1
        if transactionDepth == 0 { statementTimeout = configuration.statementTimeout }
    }

    /// Brings the session back to no transaction; false if that can't be done.
    func reset() -> Bool {
        if transactionDepth > 0 || !condition.isIdle {
            transactionDepth = 1
            rollback(1)
        }
        return condition.isIdle
    }
}
