import Postgres
import TestBed
import Testing

/// The queue as a worker in another language uses it, and uses it wrongly: by SQL alone. Over 200 lines, for each finding
/// of such a worker has a test of its own, and they share nothing but the way in.
@Suite struct ForeignWorkerTests {
    /// A job that is claimed by a worker and asked to be cancelled: its id, its token and the worker's id.
    private static func cancelledWhileRunning(
        _ owner: PostgresPool
    ) async throws -> (job: Int64, token: Int64, worker: Int64) {
        _ = try await owner.first("select queue.enqueue('contacts', 'k', unique_key => 'one')")
        let worker: Int64? = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")?["id"]
        let row = try await owner.first("select job_id, token from queue.claim(\(worker), 5)")
        let (job, token) = try #require(try row?.decode(Int64.self, Int64.self))
        let asked: String? = try await owner.first("select queue.cancel(\(job)) as state")?["state"]
        #expect(asked == "asked")
        return (job, token, try #require(worker))
    }

    @Test(arguments: ["fail", "release", "leave", "give_up"])
    func `a job that was to be cancelled does not start again`(end: String) async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            let (job, token, worker) = try await Self.cancelledWhileRunning(owner)
            switch end {
            case "fail": _ = try await owner.first("select queue.fail(\(job), \(token), 'stopped')")
            case "release": _ = try await owner.first("select queue.release(array[\(job)], array[\(token)])")
            case "leave": _ = try await owner.first("select queue.leave(\(worker))")
            default: _ = try await owner.first("select queue.give_up(\(worker))")
            }
            let state: String? = try await owner.first("select state from report.job where job_id = \(job)")?["state"]
            #expect(state == "cancelled")
            #expect(try await owner.first("select from queue.unique_key") == nil)
        }
    }

    @Test func `a schedule that can't tick holds up no other and says so`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.first("select queue.schedule('bad', 'contacts', 'k', '@daily')")
            _ = try await owner.first("select queue.schedule('good', 'contacts', 'k', '@daily')")
            try await owner.execute("update queue.cron set next_at = now() - interval '1 minute'")
            try await owner.execute("update queue.cron set time_zone = 'Gone/Away' where name = 'bad'")
            let ticks: Int32? = try await owner.first("select queue.tick() as ticks")?["ticks"]
            #expect(ticks == 1)
            let alarm = try await owner.first("select subject, words from report.alarm where alarm = 'schedule_fault'")
            #expect(try alarm?["subject"] == "bad")
            _ = try await owner.first(
                "select queue.schedule('bad', 'contacts', 'k', '@daily', time_zone => 'Europe/Kyiv')")
            #expect(try await owner.first("select from report.alarm where alarm = 'schedule_fault'") == nil)
        }
    }

    @Test(arguments: [
        "select queue.subscribe('account.changed', 'contacts', '')", "select queue.subscribe('foo', 'contacts', 'k')",
        "select queue.subscribe(null, 'contacts', 'k')",
        "select queue.enqueue('contacts', 'k', group_key => repeat('x', 501))",
        "select queue.enqueue('contacts', 'k', unique_key => repeat('x', 501))",
        "select queue.enqueue_many('contacts', 'k', array['{}']::jsonb[], group_keys => array[repeat('x', 501)])",
        "select queue.publish('account.changed', repeat('x', 501), '{}')",
        "select queue.publish('account.changed', null, '[1]')",
        "select queue.release(array[1, 2], array[3])", "select queue.redrive('nope')",
        "select queue.configure('contacts', rate => 1e-300)",
        "select queue.complete(array[1, 2], array[3])", "select queue.fail(1, 1, 'x', retry_in => '100 years')",
        "select queue.enqueue('contacts', 'k', big) from big",
    ])
    func `bad input is refused with a hint`(statement: String) async throws {
        try await TestDatabase.with { database in
            // Compressed in a table, it is small; read, it is twenty times too long.
            try await database.owner.execute(
                "create table big as select jsonb_build_object('x', repeat('y', 20000000)) as big")
            let error = await #expect(throws: PostgresError.self) {
                try await database.owner.query(SQL(verbatim: statement))
            }
            #expect(
                ["22023", "54000"].contains(error?.sqlState ?? "") && error?.hint?.isEmpty == false,
                "\(String(describing: error))")
        }
    }

    @Test func `a worker says who it is, and one that never was is told so`() async throws {
        try await TestDatabase.with { database in
            let unnamed = await #expect(throws: PostgresError.self) {
                try await database.owner.execute("select queue.register('contacts', null, 1, 'v')")
            }
            #expect(unnamed?.message.hasPrefix("host is null") == true && unnamed?.hint?.isEmpty == false)
            let unknown = await #expect(throws: PostgresError.self) {
                try await database.owner.execute("select queue.claim(77, 1)")
            }
            #expect(unknown?.sqlState == "55000" && unknown?.message.contains("never was") == true)
        }
    }

    @Test func `a dead letter that is cancelled is history, and is not redriven`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            let job: Int64 = try #require(try await owner.first("select queue.enqueue('contacts', 'k') as id")?["id"])
            let worker: Int64? = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")?["id"]
            let token: Int64? = try await owner.first("select token from queue.claim(\(worker), 1)")?["token"]
            _ = try await owner.first("select queue.fail(\(job), \(token), 'no good', give_up => true)")
            let cancelled: String? = try await owner.first("select queue.cancel(\(job)) as state")?["state"]
            #expect(cancelled == "cancelled")
            let state: String? = try await owner.first("select state from report.job where job_id = \(job)")?["state"]
            #expect(state == "cancelled")
            #expect(try await owner.first("select queue.redrive(\(job)) as redriven")?["redriven"] == false)
        }
    }

    /// A rollback takes back that the session is no longer asleep, and not that its lock is gone.
    @Test func `who sleeps after a claim that was rolled back is woken`() async throws {
        try await TestDatabase.with { database in
            try await database.owner.withConnection { connection in
                let worker: Int64? = try await connection.first(
                    "select queue.register('contacts', 'h', 1, 'v') as id")?["id"]
                func locks() async throws -> Int64 {
                    let row = try await connection.first(
                        """
                        select count(*) as n from pg_locks
                        where locktype = 'advisory' and classid = 7103 and pid = pg_backend_pid()
                        """)
                    return try row?["n"] ?? -1
                }
                try await connection.execute("select queue.sleep(\(worker))")
                try await connection.execute("select queue.enqueue('contacts', 'k')")
                try await connection.execute("begin")
                try await connection.execute("select queue.claim(\(worker), 1)")
                try await connection.execute("rollback")
                #expect(try await locks() == 0)
                for _ in 0..<2 {
                    try await connection.execute("select queue.sleep(\(worker))")
                    #expect(try await locks() == 1)
                }
                try await connection.execute("select queue.claim(\(worker), 1)")
                #expect(try await locks() == 0)
            }
        }
    }

    @Test func `a setting that is no job's id is no cause, and hurts nobody`() async throws {
        try await TestDatabase.with { database in
            try await database.owner.transaction { connection in
                for value in ["abc", "99999999999999999999", "-1"] {
                    try await connection.execute("select set_config('holdfast.job_id', \(value), true)")
                    try await connection.execute("select queue.enqueue('contacts', 'k')")
                    try await connection.execute("select queue.enqueue_many('contacts', 'k', array['{}']::jsonb[])")
                }
                #expect(try await connection.first("select from queue.job where cause_job_id is not null") == nil)
            }
        }
    }

    /// Workers that die faster than they become steady are given up all the same; not where the database was away.
    @Test(arguments: [(1, true), (5, false)])
    func `a new worker is as steady as one that was heard a moment ago`(ago: Int, givesUp: Bool) async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            func register() async throws -> Int64 {
                try #require(try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")?["id"])
            }
            let (dead, last) = (try await register(), try await register())
            try await owner.execute(
                """
                update queue.worker set steady_at = now() - interval '1 minute', seen_at = now() - make_interval(
                    secs => case when id = \(last) then \(Double(ago)) else 7 end)
                """)
            _ = try await owner.first("select queue.beat(\(try await register()), null, '{}')")
            #expect((try await owner.first("select from queue.worker where id = \(dead)") == nil) == givesUp)
        }
    }

    @Test func `a queue whose name does not fit a channel is refused`() async throws {
        try await TestDatabase.with { database in
            let name = String(repeating: "q", count: 55)
            let error = await #expect(throws: PostgresError.self) {
                try await database.owner.execute(
                    "insert into queue.queue (name, worker_role) values (\(name), 'holdfast_contacts')")
            }
            #expect(error?.constraint == "queue_name_fits_channel")
        }
    }

    /// A claim is planned once a session, perhaps while there is no job; later it must not read all there are.
    @Test func `a claim costs the same when thousands of bodies have come since its plan was made`() async throws {
        try await TestDatabase.with { database in
            try await database.owner.withConnection { connection in
                let worker: Int64? = try await connection.first(
                    "select queue.register('contacts', 'h', 1, 'v') as id")?["id"]
                func read() async throws -> Int64 {
                    _ = try await connection.first("select queue.enqueue('contacts', 'k')")
                    try await connection.execute("select queue.claim(\(worker), 5)")
                    // What a session read counts once it says so.
                    try await connection.execute("select pg_stat_force_next_flush()")
                    let row = try await connection.first(
                        """
                        select sum(idx_tup_read)::bigint as rows from pg_stat_user_indexes
                        where schemaname = 'queue' and indexrelname like 'job_%'
                        """)
                    return try row?["rows"] ?? 0
                }
                for _ in 0..<10 { _ = try await read() }
                try await connection.execute(
                    "select queue.enqueue_many('scheduler', 'k', array_fill('{}'::jsonb, array[5000]))")
                let before = try await read()
                #expect(try await read() - before < 10)
            }
        }
    }

    @Test func `a schedule's name is not taken from another queue`() async throws {
        try await TestDatabase.with { database in
            _ = try await database.owner.first("select queue.schedule('nightly', 'risk-scorer', 'k', '@daily')")
            let pool = database.pool(as: "holdfast_contacts", size: 1)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.first("select queue.schedule('nightly', 'contacts', 'k', '@daily')")
            }
            #expect(error?.sqlState == "42501")
            await pool.close()
        }
    }

    /// One that hangs in a transaction can't be given up; that must not keep others from being heard.
    @Test func `a worker that hangs with its lease locked spoils nobody's beat`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.first("select queue.enqueue('contacts', 'k')")
            let hung: Int64? = try await owner.first("select queue.register('contacts', 'h', 1, 'v') as id")?["id"]
            let other: Int64? = try await owner.first("select queue.register('contacts', 'h', 2, 'v') as id")?["id"]
            _ = try await owner.query("select * from queue.claim(\(hung), 1)")
            try await owner.execute(
                "update queue.worker set steady_at = now() - interval '1 minute', seen_at = now() - case when id = \(hung) then interval '30 s' else '1 s' end"
            )
            try await owner.withConnection { holder in
                try await holder.script("begin; select from queue.lease for update")
                let beat = try await owner.first("select alive from queue.beat(\(other), '{}', '{}')")
                #expect(try beat?["alive"] == true)
                #expect(try await owner.first("select from report.alarm where alarm = 'worker_silent'") != nil)
                try await holder.script("rollback")
            }
            _ = try await owner.first("select alive from queue.beat(\(other), '{}', '{}')")
            #expect(try await owner.first("select from queue.lease") == nil)
        }
    }
}
