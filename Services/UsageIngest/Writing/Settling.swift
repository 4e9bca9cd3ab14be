import Chassis
import Logging
import Metrics
import Model
import Postgres
import ServiceLifecycle

/// Takes the roll-ups of days that are over into `usage.activity` and `usage.event_history`, where one row has all days of
/// a subject. Until then they are read as they are (`usage.activity_part`), so that what is read never depends on how far
/// this is.
struct Settling: Service {
    static let pause: Duration = .seconds(600)
    /// How many subjects at once.
    private static let batch: Int64 = 2_000
    static let lock: Int64 = 7_106

    let pool: PostgresPool
    let keptDays: KeptDays
    let logger: Logger

    func run() async throws {
        await periodically(every: Self.pause, atOnce: true, "Roll-ups can't be settled now.", logger) {
            try await settleAll()
        }
    }

    /// Settles everything that became known before today, or at all where `today` is told to be included.
    func settleAll(today: Bool = false) async throws {
        var last: Int64 = 0
        while let next = try await settle(after: last, today: today) { last = next }
        while try await forget() {}
    }

    /// - Returns: the last subject that was settled; nil where none is left.
    private func settle(after last: Int64, today: Bool) async throws -> Int64? {
        let known: SQL = today ? "" : "and known_on < (now() at time zone 'UTC')::date"
        return try await pool.transaction { connection in
            // One at a time, also with whoever changes what is passive: what another adds between this one's statements would be
            // lost.
            _ = try await connection.first("select pg_advisory_xact_lock(\(Self.lock))")
            let found = try await connection.query(
                """
                select distinct subject_id from usage.daily_folded
                where open and subject_id > \(last) \(fragment: known) order by subject_id limit \(Self.batch)
                """)
            let subjects: [Int64] = try found.map { try $0["subject_id"] }
            guard let next = subjects.last else { return nil }
            try await connection.execute(Self.statement(subjects, first: keptDays.range.lowerBound, known))
            Counter(label: "ingest.settled").increment(by: subjects.count)
            return next
        }
    }

    private static func statement(_ subjects: [Int64], first: CalendarDay, _ known: SQL) -> SQL {
        """
        with open as materialized (
            select subject_id, day, event, known_on, count, count - settled as n from usage.daily_folded
            where open and subject_id = any(\(subjects)) \(fragment: known)
            order by subject_id, day, event, known_on for update
        ), marked as (
            update usage.daily_folded d set settled = o.count, open = false from open o
            where (d.subject_id, d.day, d.event, d.known_on) = (o.subject_id, o.day, o.event, o.known_on)
        ), history as (
            \(fragment: folded("subject_id, event", """
                select subject_id, event, day, n from open
                union all
                select h.subject_id, h.event, u.day,
                    u.total - lag(u.total, 1, 0::bigint) over (partition by h.subject_id, h.event order by u.day)
                from usage.event_history h cross join unnest(h.days, h.totals) as u (day, total)
                where h.subject_id = any(\(subjects)) and (h.subject_id, h.event) in (select subject_id, event from open)
                """, first))
        ), activity as (
            \(fragment: folded("subject_id", """
                select subject_id, day, n from open where event not in (select event from usage.passive_event)
                union all
                select a.subject_id, u.day,
                    u.total - lag(u.total, 1, 0::bigint) over (partition by a.subject_id order by u.day)
                from usage.activity a cross join unnest(a.days, a.totals) as u (day, total)
                where a.subject_id = any(\(subjects)) and a.subject_id in (select subject_id from open)
                """, first))
        ), noted as (
            insert into usage.event_history as h (subject_id, event, days, totals)
            select subject_id, event, days, totals from history order by 1, 2
            on conflict (subject_id, event) do update set days = excluded.days, totals = excluded.totals
        )
        insert into usage.activity as a (subject_id, days, totals)
        select subject_id, days, totals from activity order by 1
        on conflict (subject_id) do update set days = excluded.days, totals = excluded.totals
        """
    }

    /// Days with running totals, from `(key, day, n)`; those before the kept ones are left out.
    private static func folded(_ key: SQL, _ daily: SQL, _ first: CalendarDay) -> SQL {
        """
        select \(fragment: key), array_agg(day order by day) as days, array_agg(total order by day) as totals from (
            select \(fragment: key), day, sum(sum(n)) over (partition by \(fragment: key) order by day)::bigint as total
            from (\(fragment: daily)) as daily where day >= \(first) group by \(fragment: key), day
        ) as summed group by \(fragment: key)
        """
    }

    /// Drops days whose partitions are gone. It finds rows a month, for that is what a partition holds.
    /// - Returns: whether there may be more.
    private func forget() async throws -> Bool {
        let first = keptDays.range.lowerBound
        let row = try await pool.first(
            """
            with old as (
                select subject_id, event from usage.event_history where days[1] < \(first) limit \(Self.batch)
            ), kept as (
                \(fragment: Self.folded("subject_id, event", """
                    select h.subject_id, h.event, u.day,
                        u.total - lag(u.total, 1, 0::bigint) over (partition by h.subject_id, h.event order by u.day) as n
                    from usage.event_history h join old using (subject_id, event)
                    cross join unnest(h.days, h.totals) as u (day, total)
                    """, first))
            ), changed as (
                update usage.event_history h set days = k.days, totals = k.totals from kept k
                where (h.subject_id, h.event) = (k.subject_id, k.event)
            ), gone as (
                delete from usage.event_history h using old o where (h.subject_id, h.event) = (o.subject_id, o.event)
                    and not exists (select from kept k where (k.subject_id, k.event) = (h.subject_id, h.event))
            ), old_activity as (
                select subject_id from usage.activity where days[1] < \(first) limit \(Self.batch)
            ), kept_activity as (
                \(fragment: Self.folded("subject_id", """
                    select a.subject_id, u.day,
                        u.total - lag(u.total, 1, 0::bigint) over (partition by a.subject_id order by u.day) as n
                    from usage.activity a join old_activity using (subject_id)
                    cross join unnest(a.days, a.totals) as u (day, total)
                    """, first))
            ), changed_activity as (
                update usage.activity a set days = k.days, totals = k.totals from kept_activity k
                where a.subject_id = k.subject_id
            ), gone_activity as (
                delete from usage.activity a using old_activity o where a.subject_id = o.subject_id
                    and not exists (select from kept_activity k where k.subject_id = a.subject_id)
            )
            select (select count(*) from old) + (select count(*) from old_activity) as n
            """)
        return try row?["n"] ?? Int64(0) > 0
    }
}
