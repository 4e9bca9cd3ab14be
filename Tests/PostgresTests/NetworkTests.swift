import Postgres
import TestBed
import Testing

/// A network that swallows everything, and a server that goes away.
@Suite(.timeLimit(.minutes(10))) struct NetworkTests {
    @Test func aSwallowedStatementFailsInBoundedTime() async throws {
        try await withProxy { _, proxy, configuration in
            let connection = try await connect(configuration)
            proxy.stall()

            let start = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) { try await connection.first("select 1") }
            #expect(error?.isConnectionLost == true)
            #expect(start.duration(to: .now) < .seconds(120))
            let again = await #expect(throws: PostgresError.self) { try await connection.first("select 1") }
            #expect(again?.isConnectionLost == true)
        }
    }

    @Test func connectingThroughItFailsInBoundedTime() async throws {
        try await withProxy { _, proxy, configuration in
            proxy.stall()
            let error = await #expect(throws: PostgresError.self) { try await connect(configuration) }
            #expect(error?.isConnectionLost == true)
        }
    }

    @Test func cancellingDoesNotWaitForTheNetwork() async throws {
        try await withProxy { database, proxy, configuration in
            var configuration = configuration
            configuration.statementTimeout = .seconds(600)
            let connection = try await connect(configuration)
            let query = Task { try await connection.execute("select pg_sleep(600)") }
            try await eventually("the server works on it") {
                try await database.owner.first(
                    "select from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(600)'"
                )
                    != nil
            }
            proxy.stall()
            query.cancel()

            let start = ContinuousClock.now
            await #expect(throws: (any Error).self) { try await query.value }
            #expect(start.duration(to: .now) < .seconds(120))
        }
    }

    @Test func aPoolRecoversByItself() async throws {
        try await withProxy { _, proxy, configuration in
            let pool = PostgresPool(configuration, size: 3, reconnectLimit: .milliseconds(500), logger: quiet)
            try await pool.withConnection { _ in _ = try await pool.first("select 1") }
            proxy.cut()
            // The two idle connections are broken; each call either notices before it sends or fails once.
            try await eventually("the pool works again") { (try? await pool.first("select 1")) != nil }

            proxy.stall()
            let error = await #expect(throws: PostgresError.self) { try await pool.first("select 1") }
            #expect(error?.isConnectionLost == true)
            proxy.resume()
            try await eventually("the pool works again") { (try? await pool.first("select 1")) != nil }

            proxy.close()
            try await eventually("the pool says that the server is away") {
                do {
                    _ = try await pool.first("select 1")
                    return false
                } catch let error as PostgresError {
                    return error.isConnectionLost
                }
            }
            await pool.close()
        }
    }

    @Test func aListenerNoticesASilentNetwork() async throws {
        try await withProxy { _, proxy, configuration in
            // A busy machine must not fail the attempt that is under way when the network comes back.
            var configuration = configuration
            configuration.connectTimeout = .seconds(20)
            configuration.statementTimeout = .seconds(20)
            let listener = PostgresListener(
                configuration, channels: ["news"], heartbeat: .milliseconds(200), logger: quiet)
            try await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                var notifications = listener.notifications().makeAsyncIterator()
                #expect(await notifications.next() == .reconnected)
                let before = proxy.accepted
                proxy.stall()
                // It asks for a sign of life, and then to end that question, by a connection of its own.
                try await eventually("the listener noticed") { proxy.accepted > before }
                proxy.cut()
                proxy.resume()
                #expect(await notifications.next() == .reconnected)
                group.cancelAll()
            }
        }
    }

    private func withProxy(
        _ body: (TestDatabase, StallingProxy, PostgresConfiguration) async throws -> Void
    ) async throws {
        try await TestDatabase.withEmpty { database in
            let proxy = try StallingProxy(to: database.owner.configuration)
            defer { proxy.close() }
            var configuration = proxy.configuration(database.owner.configuration)
            configuration.connectTimeout = .milliseconds(500)
            configuration.statementTimeout = .milliseconds(500)
            configuration.answerGrace = .milliseconds(500)
            try await body(database, proxy, configuration)
        }
    }
}
