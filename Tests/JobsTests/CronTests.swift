import Postgres
import TestBed
import Testing

/// Schedules: lines, time zones, the days when clocks change, and ticks that are one over all.
@Suite struct CronTests {
    @Test func `a line ticks on the wall clock of its zone`() async throws {
        try await TestDatabase.with { database in
            for (line, zone, after, tick) in Self.ticks {
                let row = try await database.owner.first(
                    """
                    select to_char(queue.next_tick(\(line), \(zone), \(after)::timestamptz) at time zone 'UTC',
                        'YYYY-MM-DD HH24:MI:SS') as tick
                    """)
                #expect(try row?["tick"] == tick, "\(line) in \(zone) after \(after)")
            }
        }
    }

    /// Line, time zone, after, and the tick that follows, both in UTC.
    private static let ticks: [(String, String, String, String)] = [
        ("*/15 * * * *", "UTC", "2026-03-28 12:07Z", "2026-03-28 12:15:00"),
        ("0 9 * * mon-fri", "Europe/Kyiv", "2026-03-28 12:00Z", "2026-03-30 06:00:00"),
        ("30 8 1,15 * *", "America/New_York", "2026-01-02 00:00Z", "2026-01-15 13:30:00"),
        ("0 0 29 feb *", "UTC", "2026-03-01 00:00Z", "2028-02-29 00:00:00"),
        // Where both days are limited, either will do.
        ("0 0 13 * fri", "UTC", "2026-11-01 00:00Z", "2026-11-06 00:00:00"),
        ("0 12 * * 7", "UTC", "2026-11-24 00:00Z", "2026-11-29 12:00:00"),
        ("0 12 * * 5-7", "UTC", "2026-11-28 13:00Z", "2026-11-29 12:00:00"),
        ("0 12 * * fri-sun", "UTC", "2026-11-28 13:00Z", "2026-11-29 12:00:00"),
        ("0 12 * * 1-7", "UTC", "2026-11-28 13:00Z", "2026-11-29 12:00:00"),
        ("0 12 * * */7", "UTC", "2026-11-24 13:00Z", "2026-11-29 12:00:00"),
        // 02:30 does not exist on the day that summer time begins: the moment after the gap.
        ("30 2 * * *", "Europe/Berlin", "2026-03-29 00:30Z", "2026-03-29 01:00:00"),
        // 02:30 is there twice on the day that it ends: the first time alone.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24 22:30Z", "2026-10-25 00:30:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25 00:30Z", "2026-10-26 01:30:00"),
        // A line for every hour goes on by the hour.
        ("30 * * * *", "Europe/Berlin", "2026-10-25 00:30Z", "2026-10-25 01:30:00"),
        ("@daily", "Asia/Kathmandu", "2026-05-01 00:00Z", "2026-05-01 18:15:00"),
        ("@every 90 seconds", "UTC", "2026-03-28 12:00Z", "2026-03-28 12:01:30"),
        ("6 hours", "UTC", "2026-03-28 13:00Z", "2026-03-28 18:00:00"),
    ]

    @Test func `a schedule by a length of time keeps it, to fractions, and refuses months`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            try await owner.execute("select queue.schedule('s', 'contacts', 'k', interval '1.5 seconds')")
            let apart = try await owner.first(
                "select queue.next_tick(line, 'UTC', next_at) - next_at = interval '1.5 seconds' as fits from queue.cron"
            )
            #expect(try apart?["fits"] == true)
            for length in ["1 month", "1 year", "0.2 seconds"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await owner.execute("select queue.schedule('s', 'contacts', 'k', \(length)::text::interval)")
                }
                #expect(error?.message.contains("it must be from 1 second") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test(arguments: [
        ("0 0 30 feb *", "UTC", "never ticks"), ("61 * * * *", "UTC", "the minute"),
        ("* * * *", "UTC", "not to be read"), ("* * * * mon-sun-fri", "UTC", "the day of the week"),
        ("*/0 * * * *", "UTC", "the minute"), ("5-1 * * * *", "UTC", "the minute"), ("", "UTC", "not to be read"),
        ("@sometimes", "UTC", "not to be read"), ("@every 1 month", "UTC", "without months"),
        ("*/15 * * *", "UTC", "not to be read"), ("5 *", "UTC", "not to be read"), ("10:30", "UTC", "not to be read"),
        ("1.5", "UTC", "not to be read"), ("@every 5", "UTC", "not to be read"), ("*-5 * * * *", "UTC", "the minute"),
        ("@every 1 year", "UTC", "without months"), ("* * * * sat-fri", "UTC", "the day of the week"),
        ("@every 0 seconds", "UTC", "at least"), ("0 9 * * *", "Europe/Nowhere", "no time zone"),
        ("0 9 * * *", "+3", "no time zone"),
    ])
    func `a line that can't be read or never ticks is refused with the place`(
        line: String, zone: String, words: String
    ) async throws {
        try await TestDatabase.with { database in
            let error = await #expect(throws: PostgresError.self) {
                _ = try await database.owner.query(
                    "select queue.schedule('s', 'contacts', 'k', \(line)::text, time_zone => \(zone))")
            }
            let expected = words == "at least" ? "it must be from 1 second" : words
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
            #expect(error?.hint?.isEmpty == false)
        }
    }

    @Test func `many who tick at once enqueue one job, and of missed ticks one is caught up`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.query("select queue.schedule('often', 'contacts', 'k', '* * * * *'::text)")
            try await owner.execute("update queue.cron set next_at = now() - interval '3 hours' where name = 'often'")
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 { tasks.addTask { _ = try await owner.query("select queue.tick()") } }
                try await tasks.waitForAll()
            }
            let row = try await owner.first(
                """
                select (select count(*) from queue.job where kind = 'k') as jobs,
                    (select next_at > now() and next_at <= now() + interval '1 minute' from queue.cron where name = 'often') as ahead
                """)
            #expect(try row?["jobs"] == Int64(1))
            #expect(try row?["ahead"] == true)
            #expect(try await owner.first("select queue.unschedule('often') as ended")?["ended"] == true)
            #expect(try await owner.first("select queue.unschedule('often') as ended")?["ended"] == false)
        }
    }
}
