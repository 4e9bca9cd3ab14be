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
        ("select queue.schedule('s', 'contacts', 'k', '0')", "22023", "it must be from 1 second"),
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
