/// Thrown by `within` when the time is up.
package struct DeadlineExceeded: Error, Equatable, Sendable {
    package init() {}
}

/// Runs `work` for at most `limit`, then cancels it and throws `DeadlineExceeded` once it has ended.
package func within<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            group.cancelAll()
            throw DeadlineExceeded()
        }
        return value
    }
}
