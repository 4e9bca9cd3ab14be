import Chassis
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// Days with running totals always say what the roll-ups say.
@Suite struct SettlingTests {
    /// How many subjects and events differ between a recount of the roll-ups and the rows that windows are read from.
    private static func differences(_ ingest: Ingest) async throws -> Int {
        try await ingest.count(
            """
            with daily as (
                select subject_id, event, day, sum(count)::bigint as n from usage.daily_part group by 1, 2, 3
            ), read as (
                select subject_id, event, day, sum(n)::bigint as n from (
                    select p.subject_id, p.event, u.day,
                        u.total - lag(u.total, 1, 0::bigint) over (partition by p.row order by u.day) as n
                    from (select row_number() over () as row, * from usage.event_part) p cross join unnest(p.days, p.totals) as u (day, total)) as t group by 1, 2, 3
            ), active as (
                select subject_id, day, sum(n)::bigint as n from daily
                where event not in (select event from usage.passive_event) group by 1, 2
            ), read_active as (
                select subject_id, day, sum(n)::bigint as n from (
                    select p.subject_id, u.day,
                        u.total - lag(u.total, 1, 0::bigint) over (partition by p.row order by u.day) as n
                    from (select row_number() over () as row, * from usage.activity_part
                        where event is null or event not in (select event from usage.passive_event)) p cross join unnest(p.days, p.totals) as u (day, total)) as t group by 1, 2
            )
            select (select count(*) from daily full join read using (subject_id, event, day, n)
                    where daily is null or read is null)
                + (select count(*) from active full join read_active using (subject_id, day, n)
                    where active is null or read_active is null)
            """)
    }

    private static func settling(_ ingest: Ingest) async throws -> Settling {
        let pool = ingest.runtime.pool
        return Settling(
            pool: pool, keptDays: try await KeptDays(pool: pool, logger: Ingest.quiet), logger: Ingest.quiet)
    }

    private static func add(_ ingest: Ingest, _ table: String, seed: Int64, subjects: Int64 = 7) async throws {
        try await ingest.database.owner.execute(
            """
            insert into usage.\(identifier: table) as d (subject_id, day, event, known_on, count)
            select 1 + (i * 5 + \(seed)) % \(subjects), (now() at time zone 'UTC')::date - ((i * i + \(seed)) % 60)::int,
                (array['Opened', '$page', 'Export ü'])[1 + i % 3],
                (now() at time zone 'UTC')::date - ((i + \(seed)) % 2)::int, 1 + i % 5
            from generate_series(1, 200) i
            \(fragment: table == "daily_folded" ? "on conflict do nothing" : "")
            """)
    }

    @Test func windowsReadTheSameBeforeAndAfter() async throws {
        try await Ingest.with { ingest in
            let settling = try await Self.settling(ingest)
            let pool = ingest.runtime.pool
            let folding = Folding(
                pool: pool, keptDays: try await KeptDays(pool: pool, logger: Ingest.quiet), logger: Ingest.quiet)
            for round in 0..<4 {
                try await Self.add(ingest, round.isMultiple(of: 2) ? "daily_folded" : "daily_delta", seed: Int64(round))
                #expect(try await Self.differences(ingest) == 0)
                try await settling.settleAll()
                #expect(try await Self.differences(ingest) == 0)
                try await folding.foldAll()
                #expect(try await Self.differences(ingest) == 0)
                try await settling.settleAll(today: round == 2)
                #expect(try await Self.differences(ingest) == 0)
            }
            #expect(try await ingest.count("select count(*) from usage.activity") == 7)
            try await settling.settleAll(today: true)
            #expect(try await ingest.count("select count(*) from usage.daily_folded where open") == 0)
            #expect(try await Self.differences(ingest) == 0)
        }
    }

    @Test func whatBecomesPassiveOrActiveIsCountedAnew() async throws {
        try await Ingest.with { ingest in
            try await Self.add(ingest, "daily_folded", seed: 1)
            try await Self.settling(ingest).settleAll(today: true)
            let owner = ingest.database.owner
            for change in ["insert into usage.passive_event values ('Opened')", "delete from usage.passive_event"] {
                try await owner.withConnection { try await $0.script(change) }
                #expect(try await Self.differences(ingest) == 0)
            }
            try await owner.withConnection {
                try await $0.script("insert into usage.passive_event values ('Opened'), ('$page'), ('Export ü')")
            }
            #expect(try await ingest.count("select count(*) from usage.activity") == 0)
        }
    }

    @Test func manySettleAndFoldAtOnce() async throws {
        try await Ingest.with { ingest in
            let settling = try await Self.settling(ingest)
            let pool = ingest.runtime.pool
            let folding = Folding(
                pool: pool, keptDays: try await KeptDays(pool: pool, logger: Ingest.quiet), logger: Ingest.quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<3 {
                    group.addTask {
                        for round in 0..<6 {
                            try await Self.add(ingest, "daily_delta", seed: Int64(client * 6 + round), subjects: 3)
                            try await folding.foldAll()
                            try await settling.settleAll(today: true)
                            #expect(try await Self.differences(ingest) == 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await folding.foldAll()
            try await settling.settleAll(today: true)
            #expect(try await ingest.count("select count(*) from usage.daily_folded where open") == 0)
            #expect(try await Self.differences(ingest) == 0)
        }
    }

    @Test func daysThatAreNotKeptAreForgotten() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.withConnection {
                try await $0.script(
                    """
                    insert into usage.event_history values
                        (1, 'a', array['2001-01-01'::date, current_date - 1], array[3, 5]), (2, 'a', array['2001-01-01'::date], array[3]);
                    insert into usage.activity values
                        (1, array['2001-01-01'::date, current_date - 1], array[3, 5]), (2, array['2001-01-01'::date], array[3]);
                    """)
            }
            try await Self.settling(ingest).settleAll()
            #expect(
                try await ingest.count("select sum(totals[1]) from usage.activity where cardinality(days) = 1") == 2)
            #expect(try await ingest.count("select count(*) from usage.event_history") == 1)
        }
    }
}
