import Model
import Postgres
import TestBed
import Testing

/// The queue as any program in any language uses it.
@Suite struct QueueSQLTests {
    @Test(arguments: [
        ("select queue.enqueue('nowhere', 'k')", "22023", "there is no queue named 'nowhere'"),
        ("select queue.enqueue('contacts', 'k', run_in => '-1 second')", "22023", "run_in is -00:00:01; it must be"),
        ("select queue.enqueue('contacts', 'k', null)", "22004", "a job needs a payload"),
        ("select queue.enqueue('contacts', '')", "22023", "a job's kind has 1 to 100 characters"),
        (
            "select queue.enqueue('contacts', 'k', unique_key => 'k', unique_scope => 'ever')", "22023",
            "must be waiting or live"
        ),
        ("select queue.publish('nonsense', null, '{}')", "22023", "'nonsense' is no topic"),
        (
            "select queue.publish('account.changed', null, to_jsonb(array(select generate_series(1, 5000))))", "54000",
            "the limit is 8192"
        ),
        ("select queue.schedule('s', 'contacts', 'k', '0 seconds')", "22023", "it must be from 1 second"),
        (
            "select queue.enqueue_many('contacts', 'k', array['{}', '{}']::jsonb[], array['a'])", "22023",
            "2 payloads and 1 group"
        ),
    ])
    func `a mistake is answered with what was expected`(call: String, state: String, words: String) async throws {
        try await TestDatabase.with { database in
            let pool = try await database.pool(as: .contacts)
            let error = await #expect(throws: PostgresError.self) { _ = try await pool.query(SQL(verbatim: call)) }
            #expect(error?.sqlState == state)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a service claims from its own queue alone`() async throws {
        try await TestDatabase.with { database in
            let pool = try await database.pool(as: .notifier)
            let error = await #expect(throws: PostgresError.self) {
                _ = try await pool.query("select queue.register('contacts', 'h', 1, 'v')")
            }
            #expect(error?.sqlState == "42501")
        }
    }

    @Test func `limits by queue, group and rate hold over all claimers`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.query(
                """
                select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[6]), array['a', 'a', 'a', 'b', 'b', null])
                """)
            _ = try await owner.query("select queue.configure('contacts', 4, null, 1)")
            var claimed: [String?] = []
            for _ in 1...2 {
                let row = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")
                let worker: Int64 = try #require(try row?["id"])
                claimed += try await owner.query("select group_key from queue.claim(\(worker), 10)")
                    .map { try $0["group_key"] }
            }
            #expect(claimed == ["a", "b", nil])
            _ = try await owner.query("select queue.configure('contacts', 2, null, null)")
            let row = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")
            let worker: Int64 = try #require(try row?["id"])
            #expect(try await owner.query("select * from queue.claim(\(worker), 10)").isEmpty)
        }
    }

    @Test func `a rate gives its jobs a second, with what one second holds at once`() async throws {
        try await Line.with { line in
            try await line.run("select queue.configure('contacts', rate => 5)")
            try await line.run("select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[30]))")
            let began = ContinuousClock.now
            #expect(try await line.claimed(30).count == 5)
            // However long that took: no more than the rate gives in that time, nor than one second holds.
            let next = try await line.claimed(30).count
            #expect(Double(next) <= min(5, 5 * (began.duration(to: .now) / .seconds(1))))
            try await line.run("update queue.rate set filled_at = filled_at - interval '600 milliseconds'")
            let later = try await line.claimed(30).count
            #expect((3...5).contains(later))
        }
    }

    @Test func `many jobs are enqueued at once: delayed, in groups, and each key once`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            let rows = try await owner.query(
                """
                select unnest(queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[4]), array['g', null, 'g', ''],
                    unique_keys => array['a', 'b', 'a', null])) as id
                """)
            let ids: [Int64] = try rows.map { try $0["id"] }
            #expect(ids[0] == ids[2])
            #expect(Set(ids).count == 3)
            _ = try await owner.query(
                "select queue.enqueue_many('contacts', 'k', array_fill('{}'::jsonb, array[5]), run_in => '1 hour')")
            let row = try await owner.first(
                "select ready, scheduled, (select count(*) from queue.ready where group_key = '') as empty from report.queue"
                    + " where queue = 'contacts'")
            #expect(try row?["ready"] == Int64(3))
            #expect(try row?["scheduled"] == Int64(5))
            #expect(try row?["empty"] == Int64(0), "an empty group key is none")
        }
    }

    @Test func `a subscription lasts as long as its service comes, and expires with an alarm a week after`()
        async throws
    {
        try await TestDatabase.with { database in
            let owner = database.owner
            func live() async throws -> Int64 {
                let row = try await owner.first(
                    "select count(*) as n from queue.subscription where queue_id = queue.id_of('contacts') and expired_at is null"
                )
                return try row?["n"] ?? 0
            }
            let all = try await live()
            #expect(all > 0)
            let row = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")
            let worker: Int64 = try #require(try row?["id"])
            try await owner.execute(
                "update queue.queue set created_at = now() - interval '1 year', worked_at = now() - interval '1 month'")
            try await owner.execute("update queue.subscription set created_at = now() - interval '1 year'")
            // It has been running for a month, and stops for an upgrade.
            _ = try await owner.query("select queue.leave(\(worker)), holdfast.maintain_partitions()")
            #expect(try await live() == all)
            try await owner.execute("update queue.queue set worked_at = now() - interval '8 days'")
            _ = try await owner.query("select holdfast.maintain_partitions()")
            #expect(try await live() == 0)
            #expect(
                try await owner.first(
                    "select from report.alarm where alarm = 'subscription_expired' and subject = 'contacts'") != nil)
            let added = try await owner.first("select queue.publish('account.changed', null, '{}') as jobs")
            #expect(try added?["jobs"] ?? Int32(9) < Int32(all))
            _ = try await owner.query("select queue.register('contacts', 'h', 1, 'v')")
            #expect(try await live() == all)
        }
    }

    @Test func `a limit of nothing is refused`() async throws {
        try await Line.with { line in
            for limit: SQL in ["per_group => 0", "workers => 0", "rate => 0", "rate => -1"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await line.run("select queue.configure('contacts', \(fragment: limit))")
                }
                #expect(error?.sqlState == "22023")
                #expect(error?.hint?.contains("null is no limit") == true)
            }
        }
    }

    @Test func `a paused queue gives nothing until it is resumed`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.query("select queue.enqueue('contacts', 'k'), queue.pause('contacts')")
            let row = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")
            let worker: Int64 = try #require(try row?["id"])
            #expect(try await owner.query("select * from queue.claim(\(worker), 1)").isEmpty)
            _ = try await owner.query("select queue.resume('contacts')")
            #expect(try await owner.query("select * from queue.claim(\(worker), 1)").count == 1)
        }
    }
}
