import Postgres
import TestBed
import Testing

struct TransactionTests {
    private struct Stop: Error {}

    @Test func deadlocksAreTriedAgain() async throws {
        try await withCounters { pool in
            try await withThrowingTaskGroup { group in
                for (first, second) in [(1, 2), (2, 1), (1, 2), (2, 1)] {
                    group.addTask {
                        try await pool.transaction { connection in
                            try await connection.execute("set local deadlock_timeout = '20ms'")
                            try await connection.execute("update counter set n = n + 1 where id = \(first)")
                            try await connection.execute("select pg_sleep(0.05)")
                            try await connection.execute("update counter set n = n + 1 where id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await Self.sum(pool)
            #expect(sum == 8)
        }
    }

    @Test func serializationFailuresAreTriedAgain() async throws {
        try await withCounters { pool in
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await pool.transaction(.repeatableRead) { connection in
                            let n: Int = try #require(try await connection.first("select n from counter where id = 1"))[
                                0]
                            try await connection.execute("update counter set n = \(n + 1) where id = 1")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await Self.sum(pool)
            #expect(sum == 4)
        }
    }

    @Test func aConflictWithoutEndIsGivenUp() async throws {
        try await withCounters { pool in
            var attempts = 0
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    attempts += 1
                    try await connection.execute("do $$ begin raise exception 'again' using errcode = '40001'; end $$")
                }
            }
            #expect(error?.isRetryable == true && attempts == 8)
        }
    }

    @Test func aNestedTransactionIsASavepoint() async throws {
        try await withCounters { pool in
            try await pool.transaction { connection in
                try await connection.execute("update counter set n = 10 where id = 1")
                await #expect(throws: Stop.self) {
                    try await connection.transaction { connection in
                        try await connection.execute("update counter set n = 100 where id = 1")
                        throw Stop()
                    }
                }
                try await connection.transaction { connection in
                    _ = try await connection.execute("update counter set n = 5 where id = 2")
                }
            }
            let sum = try await Self.sum(pool)
            #expect(sum == 15)
        }
    }

    @Test func aSwallowedErrorCannotPassForACommit() async throws {
        try await withCounters { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    try await connection.execute("update counter set n = 10 where id = 1")
                    _ = try? await connection.execute("select 1 / 0")
                }
            }
            #expect(error?.description.contains("rolled back") == true)
            let sum = try await Self.sum(pool)
            #expect(sum == 0)
        }
    }

    @Test func whatThrowsIsRolledBack() async throws {
        try await withCounters { pool in
            await #expect(throws: Stop.self) {
                try await pool.transaction { connection in
                    try await connection.execute("update counter set n = 10 where id = 1")
                    throw Stop()
                }
            }
            let sum = try await Self.sum(pool)
            #expect(sum == 0)
        }
    }

    @Test func readOnlyWritesNothing() async throws {
        try await withCounters { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction(.readOnly) { try await $0.execute("delete from counter") }
            }
            #expect(error?.sqlState == "25006")
        }
    }

    private static func sum(_ pool: PostgresPool) async throws -> Int {
        try #require(try await pool.first("select sum(n) from counter"))[0]
    }

    private func withCounters(_ body: (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withEmpty { database in
            try await database.owner.execute("create table counter as select id, 0 as n from generate_series(1, 2) id")
            try await body(database.owner)
        }
    }
}
