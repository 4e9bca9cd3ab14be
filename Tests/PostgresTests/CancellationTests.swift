import Logging
import Postgres
import TestBed
import Testing

struct CancellationTests {
    @Test func cancellingTheTaskCancelsTheStatement() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            let process: Int32 = try #require(try await connection.first("select pg_backend_pid()"))[0]

            let query = Task { try await connection.execute("select pg_sleep(30)") }
            try await eventually("the statement runs") { try await isActive(process, database) }
            query.cancel()

            await #expect(throws: CancellationError.self) { _ = try await query.value }
            #expect(try await !isActive(process, database))
            let answer: Int32 = try #require(try await connection.first("select 1"))[0]
            #expect(answer == 1)
        }
    }

    /// A cancel request reaches the server by another way than statements: it must not hit the one after.
    @Test func aLateCancelSparesTheNextStatement() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            for round in 0..<400 {
                // Ends at about the time when it is cancelled; a sleep here would be too coarse.
                let query = Task { try await connection.execute("select pg_sleep(0.0007)") }
                let moment = ContinuousClock.now + .microseconds(round * 4)
                while ContinuousClock.now < moment { await Task.yield() }
                query.cancel()
                _ = await query.result
                let answer: Int = try #require(try await connection.first("select \(round)"))[0]
                #expect(answer == round)
            }
        }
    }

    @Test func aCancelledTransactionIsRolledBack() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.owner.execute("create table note (id integer)")
            let pool = database.owner
            let write = Task {
                try await pool.transaction { connection in
                    try await connection.execute("insert into note values (1)")
                    try await connection.execute("select pg_sleep(30)")
                }
            }
            try await eventually("the statement runs") {
                try await pool.first("select from pg_stat_activity where query like 'select pg_sleep%'") != nil
            }
            write.cancel()

            await #expect(throws: CancellationError.self) { try await write.value }
            let count: Int = try #require(try await pool.first("select count(*) from note"))[0]
            #expect(count == 0)
            #expect(pool.usage.open == pool.usage.idle)
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await TestDatabase.withEmpty { database in
            let pool = database.owner
            try await pool.execute("create table note (id integer)")
            let write = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await pool.execute("insert into note values (1)")
            }

            await #expect(throws: CancellationError.self) { try await write.value }
            #expect(try await pool.query("select from note").isEmpty)
        }
    }

    private func isActive(_ process: Int32, _ database: TestDatabase) async throws -> Bool {
        try await database.owner.first(
            "select from pg_stat_activity where pid = \(process) and state = 'active' and wait_event = 'PgSleep'")
            != nil
    }
}

func connect(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
    try await PostgresConnection.connect(configuration, logger: quiet)
}

var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}
