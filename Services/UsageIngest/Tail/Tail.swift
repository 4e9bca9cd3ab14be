import Postgres

/// What was committed since the last look, events, calls and quarantined messages, the eldest first.
///
/// New is what the last look's snapshot did not see: a row's `xmin` is the transaction that wrote it, and a snapshot
/// knows of each transaction whether it was over. So nothing is missed and nothing comes twice, however many processes
/// write and in whichever order they commit, and nothing needs to be remembered. `received_at` only narrows the search: it
/// is taken before the commit, but never longer before it than a request may take. It holds as long as events are written
/// without savepoints, whose transactions have numbers of their own.
struct Tail {
    /// From arrival to commit: a request ends within 45 s, an import's chunk too.
    private static let overlap: Int32 = 90
    /// The most lines of one look; what is beyond is counted.
    static let mostLines = 500

    let pool: PostgresPool
    let filter: TailFilter
    /// What came at most so long ago is shown by the first look [s].
    let since: Int32
    private var snapshot: String?

    init(pool: PostgresPool, filter: TailFilter, since: Int32) {
        self.pool = pool
        self.filter = filter
        self.since = since
    }

    struct Look: Sendable {
        let lines: [TailLine]
        /// There were more than could be shown.
        let isCut: Bool
    }

    mutating func look() async throws -> Look {
        let (last, filter, span) = (snapshot, filter, snapshot == nil ? since : Self.overlap)
        let (found, seen) = try await pool.transaction(.readOnly) { connection in
            let now = try await connection.first("select pg_current_snapshot()::text as seen")
            let rows = try await connection.query(Self.rows(filter, last, span))
            return (try rows.map(TailLine.init), try now?["seen"] as String?)
        }
        snapshot = seen
        return Look(lines: found.suffix(Self.mostLines), isCut: found.count > Self.mostLines)
    }

    /// The newest of them, and one more, in the order of their arrival.
    private static func rows(_ filter: TailFilter, _ last: String?, _ span: Int32) -> SQL {
        func isNew(_ row: SQL) -> SQL {
            guard let last else { return "true" }
            // xmin has 32 bits, a snapshot 64: the upper ones are those of the present, or of the turn before it.
            return """
                not pg_visible_in_snapshot((
                    select ((case when whole > now64 then whole - 4294967296 else whole end)::text)::xid8
                    from (select now64, (now64 - now64 % 4294967296) + \(fragment: row).xmin::text::bigint as whole
                        from (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as now64) as n) as w
                ), \(last)::pg_snapshot)
                """
        }
        return """
            select * from (
                select * from (
                    (select e.received_at as at, null::bigint as id, 'event' as call, s.kind, s.key, u.kind as other_kind,
                        u.key as other_key, e.event as name, e.message_id,
                        e.occurred_at, e.historical, e.clamped, e.repairs, k.hint as write_key, null as format,
                        null as reason, null as place
                    from usage.event e
                    join usage.subject s on s.id = e.subject_id
                    left join usage.subject u on u.id = e.user_subject_id
                    left join crm.api_key k on k.id = e.api_key_id
                    where e.received_at > now() - make_interval(secs => \(span)) and \(fragment: filter.onEvents)
                        and \(fragment: isNew("e"))
                    order by e.received_at desc limit \(mostLines + 1))
                    union all
                    (select i.received_at, null, i.kind, s.kind, s.key, u.kind, u.key, null, i.message_id,
                        i.occurred_at, false, false, i.repairs, k.hint, null, null, null
                    from usage.identification i
                    join usage.subject s on s.id = i.subject_id
                    left join usage.subject u on u.id = i.other_subject_id
                    left join crm.api_key k on k.id = i.api_key_id
                    where i.received_at > now() - make_interval(secs => \(span)) and \(fragment: filter.onCalls)
                        and \(fragment: isNew("i"))
                    order by i.received_at desc limit \(mostLines + 1))
                    union all
                    (select q.received_at, q.id, null, null, null, null, null, null, null, null, null, null, null, k.hint, q.format,
                        q.reason, q.place
                    from usage.quarantine q left join crm.api_key k on k.id = q.api_key_id
                    where q.received_at > now() - make_interval(secs => \(span)) and \(fragment: filter.onQuarantine)
                        and \(fragment: isNew("q"))
                    order by q.received_at desc limit \(mostLines + 1))
                ) as found order by at desc limit \(mostLines + 1)
            ) as newest order by at, id
            """
    }
}
