extension SchemaObject {
    /// Usage by account, day and event. Users are counted an account at a time, so that the whole view reads each event once
    /// and one account's part reads no other's: `offset 0` keeps the planner from joining all events with all subjects for
    /// each account. Who doesn't ask for users doesn't pay for them.
    static let reportUsageDaily = SchemaObject(
        sql: #"""
            create view report.usage_daily with (security_barrier) as
            select a.key as account_key, d.day, d.event, d.count, coalesce(u.users, 0) as users
            from crm.account a
            cross join lateral (
                select d.day, d.event, sum(d.count)::bigint as count
                from crm.subject_account s join usage.daily_part d on d.subject_id = s.subject_id
                where s.account_id = a.id group by d.day, d.event
            ) d
            left join lateral (
                select e.day, e.event, count(distinct case when e.user_subject_id is not null then e.user_subject_id
                    when x.kind <> 'group' then x.id end) as users
                from crm.subject_account s
                join usage.subject x on x.id = s.subject_id
                cross join lateral (
                    select (e.occurred_at at time zone 'UTC')::date as day, e.event, e.user_subject_id
                    from usage.event e where e.subject_id = s.subject_id offset 0
                ) e
                where s.account_id = a.id group by e.day, e.event
            ) u on u.day = d.day and u.event = d.event;
            call holdfast.describe('report.usage_daily', 'What each account did on each UTC day', $$
                account_key: the outside world's id
                day: UTC day
                event: name of the event
                count: events [count]
                users: different users who did it; 0 where none was named [count]
            $$);
            """#)
}
