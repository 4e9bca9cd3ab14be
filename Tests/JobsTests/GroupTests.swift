import Postgres
import TestBed
import Testing

/// At most so many jobs of one group at once, over all claimers.
@Suite struct GroupTests {
    @Test func `with one place a group runs in order, also past one that waits to be tried again`() async throws {
        try await Line.with { line in
            try await line.run("select queue.configure('contacts', per_group => 1)")
            for (kind, group) in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")] {
                try await line.run("select queue.enqueue('contacts', \(kind), group_key => \(group))")
            }
            try await line.run("select queue.enqueue('contacts', 'free')")
            #expect(try await line.claimed(9) == ["a1", "b1", "free"])
            #expect(try await line.claimed(9) == [])
            try await line.run(
                """
                select queue.fail(l.job_id, l.token, 'later', '1 hour') from queue.lease l join queue.job j on j.id = l.job_id
                where j.kind = 'a1'
                """)
            try await line.end("b1")
            #expect(try await line.claimed(9) == ["b2"])
            try await line.run("update queue.scheduled set run_at = now()")
            try await line.run("select queue.wake_due()")
            #expect(try await line.claimed(9) == ["a1"])
            try await line.end("a1")
            #expect(try await line.claimed(9) == ["a2"])
            try await line.run("select queue.cancel(id) from queue.job where kind = 'a3'")
            try await line.end("a2")
            #expect(try await line.claimed(9) == [])
        }
    }

    @Test func `a group of thousands hides nobody behind it, and comes back whole without the limit`() async throws {
        try await Line.with { line in
            try await line.run("select queue.configure('contacts', per_group => 2)")
            try await line.run(
                """
                select queue.enqueue_many('contacts', 'crowd', array_fill('{}'::jsonb, array[5000]),
                    array_fill('big'::text, array[5000]))
                """)
            try await line.run("select queue.enqueue('contacts', 'alone', group_key => 'small')")
            #expect(try await line.claimed(4) == ["crowd", "crowd", "alone"])
            let row = try await line.owner.first(
                "select blocked from report.queue where queue = 'contacts'")
            #expect(try row?["blocked"] == Int64(4_998))
            try await line.run("select queue.configure('contacts')")
            #expect(try await line.claimed(5_000).count == 4_998)
        }
    }

    @Test func `places are counted over all claimers at once`() async throws {
        try await Line.with { line in
            try await line.run("select queue.configure('contacts', per_group => 3)")
            try await line.run(
                """
                select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[400]),
                    array(select 'g' || n % 5 from generate_series(1, 400) n))
                """)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        let row = try await line.owner.first("select queue.register('contacts', 'h', 1, 't') as id")
                        let worker: Int64 = try #require(try row?["id"])
                        for _ in 0..<10 { _ = try await line.owner.query("select * from queue.claim(\(worker), 7)") }
                    }
                }
                try await tasks.waitForAll()
            }
            let rows = try await line.owner.query("select count(*) as n from queue.lease group by group_key")
            #expect(try rows.map { try $0["n"] as Int64 } == [3, 3, 3, 3, 3])
        }
    }
}

extension Line {
    /// Completes the leased job of this kind.
    func end(_ kind: String) async throws {
        try await run(
            """
            select queue.complete(array[l.job_id], array[l.token]) from queue.lease l join queue.job j on j.id = l.job_id
            where j.kind = \(kind)
            """)
    }
}
