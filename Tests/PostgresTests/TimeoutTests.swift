import Postgres
import TestBed
import Testing

struct TimeoutTests {
    @Test func theServerEndsALongStatement() async throws {
        try await TestDatabase.withEmpty { database in
            var configuration = database.owner.configuration
            configuration.statementTimeout = .milliseconds(100)
            let connection = try await connect(configuration)

            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("select pg_sleep(10)")
            }
            #expect(error?.isTimeout == true && error?.isConnectionLost == false)
            #expect(try await connection.first("select 1") != nil)
        }
    }

    /// Behind PgBouncer the server has no time-out of ours.
    @Test func theClientEndsALongStatementToo() async throws {
        try await TestDatabase.withEmpty { database in
            var configuration = database.owner.configuration
            configuration.sessionDefaults = false
            configuration.statementTimeout = .milliseconds(100)
            let connection = try await connect(configuration)

            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("select pg_sleep(10)")
            }
            #expect(error?.isTimeout == true && error?.isConnectionLost == false)
            #expect(try await connection.first("select 1") != nil)
        }
    }

    @Test func aTransactionMayTakeItsTime() async throws {
        try await TestDatabase.withEmpty { database in
            var configuration = database.owner.configuration
            configuration.statementTimeout = .milliseconds(50)
            let connection = try await connect(configuration)

            try await connection.transaction(timeout: .seconds(20)) { connection in
                try await connection.execute("select pg_sleep(0.2)")
            }
            await #expect(throws: PostgresError.self) { try await connection.execute("select pg_sleep(0.2)") }
        }
    }

    @Test func aLockIsNotWaitedForForEver() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.owner.execute("create table note (id integer)")
            var configuration = database.owner.configuration
            configuration.lockTimeout = .milliseconds(100)
            let connection = try await connect(configuration)

            let error = await #expect(throws: PostgresError.self) {
                try await database.owner.transaction { holder in
                    try await holder.execute("lock table note")
                    try await connection.execute("insert into note values (1)")
                }
            }
            #expect(error?.sqlState == "55P03" && error?.isTimeout == true)
        }
    }

    @Test func sessionsStartWithTheirDefaults() async throws {
        try await TestDatabase.withEmpty { database in
            var configuration = database.owner.configuration
            configuration.applicationName = "a name"
            configuration.statementTimeout = .seconds(7)
            let connection = try await connect(configuration)

            for (setting, value) in [
                ("application_name", "a name"), ("statement_timeout", "7s"), ("TimeZone", "UTC"),
                ("idle_in_transaction_session_timeout", "1min"), ("client_min_messages", "warning"),
            ] {
                let row = try #require(try await connection.first("select current_setting(\(setting))"))
                let current: String = try row[0]
                #expect(current == value)
            }
        }
    }
}
