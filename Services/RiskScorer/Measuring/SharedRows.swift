import Postgres

/// Rows that several signals read, each a common table expression of the one statement that measures all signals:
///
/// | name | columns |
/// |---|---|
/// | `target` | account_id: the accounts to measure, none of them merged into another |
/// | `member` | account_id, member_id: the accounts that are read as it, itself included |
/// | `usage_subject` | account_id, subject_id |
/// | `usage_known` | account_id: accounts of which usage is sent, if only a name |
/// | `usage_part` | account_id, days, totals: days of activity in order, without passive events, with running totals; rows of one account add up |
/// | `usage_sum` | account_id, first_day, last_day; last_whole_day (before today); week, before, month: events of the last 7 whole days, of the 56 before them, of the last 28; recent: of 30 and today |
/// | `order_day` | account_id, day, orders, paid (whether any of them cost something): without refunds |
/// | `contract` | account_id, id, started_at, status, mrr_minor, seats, renews_at, term_at (since when it is to renew then), was_kept (whether it ever was active, past due or paused for money): each subscription as it stands |
/// | `paying` | account_id, since (date), seats: paid subscriptions |
/// | `ticket` | account_id, id, priority, occurred_at, answered_at, feedback, feedback_at: of the last 400 days |
/// | `talk` | account_id, contact_id, day, direction (in or out): days with interactions of the last 400 days |
/// | `away` | account_id, until: on holiday now |
///
/// One that no signal reads costs nothing.
enum SharedRows {
    /// Usage older than this is not read [days]. It is as long as usage is kept.
    static let usageDays = 400
    /// Tickets and interactions older than this are not read [days].
    static let recordDays = 400

    /// - Parameters:
    ///   - accounts: those to measure; nil for all.
    ///   - usageDays: how far back to read usage [days].
    static func with(_ accounts: [Int64]?, _ moment: Moment, usageDays: Int = usageDays) -> SQL {
        let target: SQL =
            if let accounts {
                """
                select a.id as account_id from unnest(\(accounts)) as asked (id) join crm.account a using (id)
                where a.merged_into is null and a.erased_at is null
                """
            } else {
                "select a.id as account_id from crm.account a where a.merged_into is null and a.erased_at is null"
            }
        return """
            with target as materialized (\(fragment: target)), member as materialized (
                select r.root_id as account_id, r.account_id as member_id
                from crm.account_root r where r.root_id in (select account_id from target)
            ), usage_subject as materialized (
                select m.account_id, s.subject_id from member m join crm.account_subject s on s.account_id = m.member_id
            ), \(fragment: usagePart(moment, isAll: accounts == nil, days: usageDays)),
            usage_sum as materialized (\(fragment: usageSum(moment, days: usageDays))), usage_known as materialized (\(fragment: usageKnown(moment))), order_day as materialized (
                select m.account_id, (o.occurred_at at time zone 'UTC')::date as day, count(*) as orders,
                    bool_or(o.amount_minor > 0) as paid
                from member m join crm.account_order o on o.account_id = m.member_id
                where o.amount_minor >= 0 and \(fragment: moment.sees("o"))
                group by 1, 2
            ), contract as materialized (
                select distinct on (c.id) m.account_id, c.id, c.started_at, s.status, s.mrr_minor, s.seats, s.renews_at,
                    min(s.occurred_at) over (partition by c.id, s.renews_at) as term_at,
                    bool_or(\(fragment: LossRule.isKept("s"))) over (partition by c.id) as was_kept
                from member m
                join crm.subscription c on c.account_id = m.member_id
                join crm.subscription_state s on s.subscription_id = c.id and \(fragment: moment.sees("s"))
                order by c.id, s.occurred_at desc, s.id desc
            ), paying as materialized (
                select account_id, min(started_at at time zone 'UTC')::date as since, sum(seats)::bigint as seats from contract
                where mrr_minor > 0 and (status in ('active', 'past_due') or status = 'cancelled' and renews_at > \(moment.at))
                group by account_id
            ), ticket as materialized (
                select m.account_id, k.id, k.priority, k.occurred_at,
                    case when k.first_answered_at <= \(moment.at) then k.first_answered_at end as answered_at,
                    case when k.feedback_at <= \(moment.at) then k.feedback end as feedback, k.feedback_at
                from member m join crm.ticket k on k.account_id = m.member_id
                where \(fragment: moment.sees("k")) and k.occurred_at > \(moment.at) - \(recordDays)::int * interval '1 day'
            ), talk as materialized (
                select distinct m.account_id, i.contact_id, (i.occurred_at at time zone 'UTC')::date as day, i.direction
                from member m join crm.interaction i on i.account_id = m.member_id
                where i.direction in ('in', 'out') and i.kind <> 'consent' and \(fragment: moment.sees("i"))
                    and i.occurred_at > \(moment.at) - \(recordDays)::int * interval '1 day'
            ), away as materialized (\(fragment: away(moment)))
            """
    }

    /// Holidays are not kept with the time at which they were said: a past moment knows of none.
    private static func away(_ moment: Moment) -> SQL {
        guard moment.isNow else { return "select 0::bigint as account_id, null::date as until where false" }
        return """
            select m.account_id, max(a.on_holiday_until) as until from member m join crm.account a on a.id = m.member_id
            where a.on_holiday_until >= \(moment.today)::date group by m.account_id
            """
    }

    /// What is in `usage.activity` is one row a subject, where the days themselves are many. It says nothing of when it became
    /// known, so a past moment reads the days.
    private static func usagePart(_ moment: Moment, isAll: Bool, days: Int) -> SQL {
        guard moment.isNow else {
            return """
                usage_day as materialized (\(fragment: usageDay(moment, days: days))), usage_part as materialized (
                    select account_id, array[day] as days, array[events] as totals from usage_day
                )
                """
        }
        // Of some accounts the subjects are looked up by the array: joined, the planner may read everybody's.
        let asked: SQL = isAll ? "" : "p.subject_id = any(array(select subject_id from usage_subject)) and"
        return """
            usage_part as materialized (
                select u.account_id, p.days, p.totals
                from usage.activity_part p join usage_subject u on u.subject_id = p.subject_id
                where \(fragment: asked) (p.event is null or p.event <> all(array(select event from usage.passive_event)))
                    and p.days[cardinality(p.days)] > \(moment.today)::date - \(days)::int
            )
            """
    }

    /// Sums are float8, in which whole numbers are exact up to 2⁵³: those of bigint are numeric, and cost several times as much.
    private static func usageSum(_ moment: Moment, days: Int) -> SQL {
        let today: SQL = "\(moment.today)::date"
        func until(_ day: SQL) -> SQL { "coalesce(totals[width_bucket(\(fragment: day), days)], 0)::float8" }
        let (whole, all) = (until("\(fragment: today) - 1"), "totals[cardinality(totals)]::float8" as SQL)
        let week = until("\(fragment: today) - 1 - \(UsageDrop.windowDays)::int")
        let before = until("\(fragment: today) - 1 - \(UsageDrop.windowDays + UsageDrop.baselineDays)::int")
        let month = until("\(fragment: today) - 1 - \(Fleet.monthDays)::int")
        let recent = until("\(fragment: today) - 1 - \(PaysNotUses.windowDays)::int")
        return """
            select account_id, min(days[width_bucket(\(fragment: today) - \(days)::int, days) + 1]) as first_day,
                max(days[cardinality(days)]) as last_day,
                max(days[width_bucket(\(fragment: today) - 1, days)]) as last_whole_day,
                sum(\(fragment: whole) - \(fragment: week)) as week, sum(\(fragment: week) - \(fragment: before)) as before,
                sum(\(fragment: whole) - \(fragment: month)) as month, sum(\(fragment: all) - \(fragment: recent)) as recent
            from usage_part group by account_id
            """
    }

    /// A past moment sees no roll-up that became known on its own day, for part of it may have come later: of those, the
    /// events themselves are counted.
    private static func usageDay(_ moment: Moment, days: Int) -> SQL {
        let today: SQL = "\(moment.today)::date"
        let isActivity: SQL = "d.event <> all(array(select event from usage.passive_event))"
        let rows: SQL = """
            select u.account_id, u.subject_id, d.day, d.count from usage_subject u join usage.daily_part d on d.subject_id = u.subject_id
            where d.day > \(fragment: today) - \(days)::int and d.known_on < \(fragment: today) and \(fragment: isActivity)
            union all
            select u.account_id, u.subject_id, d.day, e.count
            from usage_subject u
            cross join lateral (
                select distinct d.subject_id, d.day, d.event from usage.daily_part d
                where d.subject_id = u.subject_id and d.known_on = \(fragment: today)
                    and d.day > \(fragment: today) - \(days)::int and \(fragment: isActivity)
            ) d
            cross join lateral (
                select count(*) from usage.daily_event e
                where e.subject_id = d.subject_id and e.event = d.event and e.day = d.day
                    and e.known_at >= \(fragment: today)::timestamp at time zone 'UTC'
                    and \(fragment: moment.sees("e"))
            ) e where e.count > 0
            """
        return """
            select account_id, subject_id, day, sum(count)::bigint as events from (\(fragment: rows)) known group by 1, 2, 3
            """
    }

    /// An identification that was sent as history came late and is older than its subject's row.
    private static func usageKnown(_ moment: Moment) -> SQL {
        guard !moment.isNow else { return "select distinct account_id from usage_subject" }
        return """
            select account_id from usage_day
            union
            select u.account_id from usage_subject u join usage.subject s on s.id = u.subject_id
            where s.created_at <= \(moment.at)
            union
            select u.account_id from usage_subject u
            join usage.identification i on u.subject_id in (i.subject_id, i.other_subject_id)
            where i.occurred_at <= \(moment.at)
            """
    }
}
