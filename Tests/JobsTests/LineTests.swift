import Foundation
import Model
import Postgres
import TestBed
import Testing

/// In which order jobs are claimed, and what never hides them.
@Suite struct LineTests {
    @Test func `the lower priority runs first, and a minute's wait is worth a step of it`() async throws {
        try await Line.with { line in
            try await line.run("select queue.enqueue('contacts', 'usual')")
            try await line.run("select queue.enqueue('contacts', 'later', priority => 5)")
            try await line.run("select queue.enqueue('contacts', 'urgent', priority => -5)")
            try await line.run("select queue.enqueue('contacts', 'old', priority => 3)")
            // As if it had been waiting for four minutes: nothing that comes from now on passes it but the urgent.
            try await line.run(
                """
                update queue.ready set turn_at = turn_at - interval '4 minutes'
                where job_id = (select id from queue.job where kind = 'old')
                """)
            #expect(try await line.claimed(9) == ["urgent", "old", "usual", "later"])
        }
    }

    @Test func `a transaction that began early and committed late is not passed over`() async throws {
        try await Line.with { line in
            let late = try await line.database.connect(as: .contacts)
            try await late.transaction { connection in
                _ = try await connection.first("select queue.enqueue('contacts', 'late')")
                for kind in ["soon 1", "soon 2", "soon 3"] {
                    try await line.run("select queue.enqueue('contacts', \(kind))")
                }
                #expect(try await line.claimed(2) == ["soon 1", "soon 2"])
            }
            try await line.run("select queue.enqueue('contacts', 'last')")
            #expect(try await line.claimed(9) == ["late", "soon 3", "last"])
            await late.close()
        }
    }

    @Test func `what comes back in its old turn is found, also by a session that had come further`() async throws {
        try await Line.with { line in
            for number in 1...20 { try await line.run("select queue.enqueue('contacts', \("k\(number)"))") }
            for round in 0..<4 {
                #expect(try await line.claimed(5).count == 5, "round \(round)")
                try await line.run("select queue.release(array_agg(job_id), array_agg(token)) from queue.lease")
            }
            try await line.run("select pg_sleep(0.002)")
            #expect(try await line.claimed(20).count == 20)
        }
    }

    @Test func `dead rows that a held transaction keeps are taken away with the line, and no live one is`() async throws
    {
        try await Line.with { line in
            let holder = try await line.database.connect(as: .notifier)
            try await holder.execute("begin isolation level repeatable read")
            _ = try await holder.first("select 1 as held from crm.account limit 1")
            try await line.run("select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[20000]))")
            while try await line.claimed(5_000).count > 0 {
                try await line.run("select queue.complete(array_agg(job_id), array_agg(token)) from queue.lease")
            }
            try await line.run("select queue.enqueue_many('contacts', 'live', array_fill('{}'::jsonb, array[7]))")
            let before = try await line.bytes()
            #expect(before > 1_000_000)
            let row = try await line.owner.first("select queue.compact() as tables")
            #expect(try row?["tables"] ?? Int32(0) >= 2)
            #expect(try await line.bytes() < 100_000)
            #expect(try await line.claimed(20).count == 7)
            try await holder.execute("rollback")
            await holder.close()
        }
    }

    @Test func `compaction waits for nobody, and spares a long line`() async throws {
        try await Line.with { line in
            try await line.run("select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[20000]))")
            #expect(try await line.owner.first("select queue.compact() as tables")?["tables"] == Int32(0))
            while try await line.claimed(5_000).count > 0 {
                try await line.run("select queue.complete(array_agg(job_id), array_agg(token)) from queue.lease")
            }
            let reader = try await line.database.connect(as: .contacts)
            try await reader.transaction { connection in
                _ = try await connection.first("select queue.enqueue('contacts', 'open')")
                // The table of leases is free; that of ready jobs is in this transaction's hands.
                #expect(try await line.owner.first("select queue.compact() as tables")?["tables"] == Int32(1))
            }
            await reader.close()
            #expect(try await line.claimed(9) == ["open"])
        }
    }
}

/// A queue without workers, looked at by the hands of a test.
struct Line {
    let database: TestDatabase
    let owner: PostgresPool
    private let session: PostgresConnection
    private let worker: Int64

    static func with(_ body: (Line) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            let session = try await database.connect(as: .contacts)
            let row = try await session.first("select queue.register('contacts', 'h', 1, 'test') as id")
            let worker: Int64 = try #require(try row?["id"])
            try await body(Line(database: database, owner: database.owner, session: session, worker: worker))
            await session.close()
        }
    }

    func run(_ sql: SQL) async throws { _ = try await owner.query(sql) }

    /// The kinds of the jobs that one session claims, in their order.
    func claimed(_ most: Int32) async throws -> [String] {
        try await session.query("select kind from queue.claim(\(worker), \(most))").map { try $0["kind"] }
    }

    /// What the tables of ready and leased jobs hold.
    func bytes() async throws -> Int64 {
        let row = try await owner.first(
            "select pg_relation_size('queue.ready') + pg_relation_size('queue.lease') as bytes")
        return try row?["bytes"] ?? 0
    }
}
