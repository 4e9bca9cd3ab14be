import TestBed
import Testing

@testable import Postgres

struct PoolTests {
    /// What a command did must not end in a crash of its own way out.
    @Test func openSSLFreesNothingUnderThreadsThatEnd() {
        #expect(CryptoAtExit.isLeftAlone)
    }

    @Test func whoFindsNoConnectionIsToldSo() async throws {
        try await withPool(size: 1, waitLimit: .milliseconds(100)) { pool in
            try await pool.withConnection { _ in
                let error = await #expect(throws: PostgresError.self) { try await pool.first("select 1") }
                #expect(error?.kind == .poolExhausted)
                #expect(error?.description.contains("make the pool larger") == true)
            }
            #expect(try await pool.first("select 1") != nil)
        }
    }

    @Test func thoseWhoWaitAreServedInOrder() async throws {
        try await withPool(size: 1) { pool in
            try await pool.execute("create table arrival (number integer, position bigserial)")
            try await withThrowingTaskGroup { group in
                try await pool.withConnection { _ in
                    for number in 1...5 {
                        group.addTask {
                            try await pool.execute("insert into arrival (number) values (\(number))")
                        }
                        try await eventually("number \(number) waits") { pool.usage.waiting == number }
                    }
                }
                for try await _ in group {}
            }
            let order = try await pool.query("select number from arrival order by position").map { try $0[0] as Int }
            #expect(order == [1, 2, 3, 4, 5])
        }
    }

    @Test func oneWhoGivesUpWaitingLeavesTheLine() async throws {
        try await withPool(size: 1) { pool in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.first("select 1") }
                try await eventually("it waits") { pool.usage.waiting == 1 }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
                #expect(pool.usage.waiting == 0)
            }
            #expect(try await pool.first("select 1") != nil)
            #expect(pool.usage.open == 1)
        }
    }

    @Test func manyTasksShareFewConnections() async throws {
        try await withPool(size: 3) { pool in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...200 {
                    group.addTask { try await pool.first("select \(number)")?[0] ?? 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 20_100)
            #expect(pool.usage.open <= 3)
        }
    }

    @Test func aKilledConnectionIsReplaced() async throws {
        try await withPool(size: 2) { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    let process: Int32 = try #require(try await connection.first("select pg_backend_pid()"))[0]
                    try await pool.execute("select pg_terminate_backend(\(process))")
                    try await connection.execute("select pg_sleep(1)")
                }
            }
            #expect(error?.isConnectionLost == true)
            for _ in 0..<4 { _ = try await pool.first("select 1") }
        }
    }

    /// All idle connections are killed at once, as by a restart: one call may fail, the others find sound ones.
    @Test func whenAllConnectionsDieOneCallFailsAtMost() async throws {
        try await withPool(size: 3) { pool in
            try await pool.withConnection { _ in
                try await pool.withConnection { _ in _ = try await pool.first("select 1") }
            }
            #expect(pool.usage.idle == 3)
            let killer = try await connect(pool.configuration)
            try await killer.execute(
                """
                select pg_terminate_backend(pid, 5000) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """)
            var failures = 0
            for _ in 0..<6 where (try? await pool.first("select 1")) == nil { failures += 1 }
            #expect(failures <= 1)
        }
    }

    @Test func aTransactionLeftOpenIsRolledBack() async throws {
        try await withPool(size: 1) { pool in
            try await pool.withConnection { connection in
                try await connection.execute("begin")
                try await connection.execute("create table forgotten (id integer)")
            }
            #expect(try await pool.first("select from pg_class where relname = 'forgotten'") == nil)
        }
    }

    @Test func aClosedPoolSaysSo() async throws {
        try await withPool(size: 1) { pool in
            _ = try await pool.first("select 1")
            await pool.close()
            let error = await #expect(throws: PostgresError.self) { try await pool.first("select 1") }
            #expect(error?.kind == .poolExhausted && pool.usage.open == 0)
        }
    }

    @Test func aWrongPasswordOrDatabaseFailsAtOnce() async throws {
        try await TestDatabase.withEmpty { database in
            let configuration = database.owner.configuration.with(database: "nowhere_at_all")
            let pool = PostgresPool(configuration, size: 1, reconnectLimit: .seconds(20), logger: quiet)
            let error = await #expect(throws: PostgresError.self) { try await pool.first("select 1") }
            #expect(error?.kind == .configuration && error?.sqlState == "3D000", "\(String(describing: error))")
            #expect(pool.usage.open == 0)
        }
    }

    private func withPool(
        size: Int, waitLimit: Duration = .seconds(20), _ body: (PostgresPool) async throws -> Void
    ) async throws {
        try await TestDatabase.withEmpty { database in
            let pool = PostgresPool(database.owner.configuration, size: size, waitLimit: waitLimit, logger: quiet)
            try await body(pool)
            await pool.close()
        }
    }
}
