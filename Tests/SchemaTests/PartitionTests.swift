import Postgres
import TestBed
import Testing

/// Partitions come ahead of time and go when theirs is over.
@Suite struct PartitionTests {
    @Test func `a partition that somebody reads stays, and it alone`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            func parts() async throws -> [String] {
                try await owner.query(
                    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'queue.done'::regclass order by 1"
                ).map { try $0["name"] }
            }
            let before = try await parts()
            let read = try #require(before.first)
            try await owner.withConnection { reader in
                try await reader.script("begin; lock table \(read) in access share mode")
                _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '90 days')")
                try await reader.script("rollback")
            }
            let after = try await parts()
            #expect(before.count >= 3)
            #expect(before.filter(after.contains) == [read])
            #expect(after.count > 1, "those of the days to come are made all the same")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '90 days')")
            #expect(try await !parts().contains(read))
        }
    }

    /// Partitions are made and dropped while somebody reads and others write: these are never held up for long.
    @Test func `upkeep lets writers through`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            try await owner.withConnection { reader in
                // Who reads a table keeps its partitions from being dropped, and who waits to drop one keeps all others out.
                try await reader.script("begin; select count(*) from usage.event")
                async let upkeep = owner.first("select holdfast.maintain_partitions(now() + interval '100 days')")
                for number in 0..<20 {
                    // Less than the two seconds that upkeep itself may wait.
                    try await owner.transaction(timeout: .seconds(1)) { connection in
                        try await connection.execute(
                            """
                            insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at)
                            values (1, \("m\(number)"), (now() at time zone 'UTC')::date, 'e', now(), now())
                            """)
                    }
                }
                _ = try await upkeep
                try await reader.script("rollback")
            }
            let events = try await owner.first("select count(*) as n from usage.event")
            #expect(try events?["n"] == Int64(20))
        }
    }

    @Test func `partitions are dropped when their time is over, but never under a live job`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.first("select queue.enqueue('contacts', 'k')")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '60 days')")
            let waiting = try await owner.first("select count(*) as n from report.job where state = 'ready'")
            #expect(try waiting?["n"] == Int64(1))
            try await owner.execute("delete from queue.ready")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '60 days')")
            let bodies = try await owner.first("select count(*) as n from queue.job")
            #expect(try bodies?["n"] == Int64(0))
        }
    }
}
