extension PostgresPool {
    /// Listens on the channels, over a connection of its own, for as long as the body runs, which begins when nothing is
    /// missed any more. `.reconnected` says that something may have been, after a break.
    package nonisolated(nonsending) func listening<Result: Sendable>(
        to channels: String...,
        body: nonisolated(nonsending) (AsyncStream<PostgresNotification>) async throws -> Result
    ) async throws -> Result {
        let listener = PostgresListener(configuration, channels: channels, logger: logger)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await listener.run() }
            defer { group.cancelAll() }
            let notifications = listener.notifications()
            _ = await notifications.first { _ in true }
            return try await body(notifications)
        }
    }
}
