package import Logging
import ServiceLifecycle
import Synchronization

/// A limited number of connections, shared by many tasks, opened when needed and made anew when they break.
///
/// Who finds none free waits in line, at most `waitLimit`. While the server is away, a call tries to connect again and
/// again, with jitter, for at most `reconnectLimit`, then fails with `isConnectionLost`; the next call starts afresh.
/// A call whose connection breaks on the way fails at once: nobody knows whether its statement took effect.
package final class PostgresPool: Service, Sendable {
    package let configuration: PostgresConfiguration
    /// How many connections there are at most.
    package let size: Int
    let waitLimit: Duration
    let reconnectLimit: Duration
    let logger: Logger
    let line: PoolLine
    private let sessions = Mutex<[WeakConnection]>([])

    package init(
        _ configuration: PostgresConfiguration, size: Int, waitLimit: Duration = .seconds(10),
        reconnectLimit: Duration = .seconds(5), logger: Logger
    ) {
        self.configuration = configuration
        self.size = max(1, size)
        self.waitLimit = waitLimit
        self.reconnectLimit = reconnectLimit
        self.logger = logger
        line = PoolLine(size: self.size, waitLimit: waitLimit)
    }

    /// Waits for the end and closes. List the pool before those that use it: services stop in reverse order.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// How many connections are open or being opened, how many of these are free, and how many calls wait for one.
    package var usage: (open: Int, idle: Int, waiting: Int) { line.usage }

    /// The server processes of all sessions of this pool, also of those that are lent.
    package var backendPIDs: [Int32] {
        sessions.withLock { $0.compactMap { $0.connection?.condition.backendPID }.filter { $0 != 0 } }
    }

    func opened(_ connection: PostgresConnection) {
        sessions.withLock { sessions in
            sessions.removeAll { $0.connection?.condition.isLost ?? true }
            sessions.append(WeakConnection(connection: connection))
        }
    }

    private struct WeakConnection: Sendable {
        weak let connection: PostgresConnection?
    }

    /// Lends a connection for as long as the body runs. A transaction left open is rolled back.
    @discardableResult
    package nonisolated(nonsending) func withConnection<Result>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await borrow()
        do {
            let result = try await body(connection)
            await giveBack(connection)
            return result
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// How often a transaction is run at most when it conflicts with others.
    static let transactionAttempts = 8

    /// Runs the body in a transaction. On a conflict with another one (serialization failure, deadlock) it is rolled back
    /// and the body runs again after a jittered pause, so the body may have no effects outside of the database.
    @discardableResult
    package nonisolated(nonsending) func transaction<Result>(
        _ mode: TransactionMode = .readCommitted, timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await withConnection { try await $0.transaction(mode, timeout: timeout, body) }
            } catch let error as PostgresError
                where attempt < Self.transactionAttempts && (error.isRetryable || error.isStalePlan)
            {
                logger.debug("transaction tried again after attempt \(attempt): \(error)")
                try await Task.sleep(for: Backoff.delay(after: attempt, base: .milliseconds(10)))
                attempt += 1
            }
        }
    }

    package func query(_ sql: SQL) async throws -> [Row] {
        try await withConnection { try await $0.query(sql) }
    }

    package func first(_ sql: SQL) async throws -> Row? {
        try await withConnection { try await $0.first(sql) }
    }

    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int {
        try await withConnection { try await $0.execute(sql) }
    }

    /// Lets nobody in any more, waits at most `waitLimit` for those who are inside, and closes all connections.
    package func close() async {
        for connection in line.shut() { await connection.close() }
        await line.empty()
    }
}
