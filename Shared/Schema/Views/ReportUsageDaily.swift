extension SchemaObject {
    /// Usage by account, day and event.
    static let reportUsageDaily = SchemaObject(
        sql: #"""
            create view report.usage_daily with (security_barrier) as
            select a.key as account_key, d.day, d.event, sum(d.count)::bigint as count, (
                    select count(distinct coalesce(e.user_subject_id, e.subject_id)) from usage.daily_event e
                    join crm.subject_account es on es.subject_id = e.subject_id
                    where es.account_id = a.id and e.event = d.event and e.day = d.day
                ) as users
            from usage.daily_part d
            join crm.subject_account s on s.subject_id = d.subject_id
            join crm.account a on a.id = s.account_id
            group by a.id, a.key, d.day, d.event;
            call holdfast.describe('report.usage_daily', 'What each account did on each UTC day', $$
                account_key: the outside world's id
                day: UTC day
                event: name of the event
                count: events [count]
                users: different users who did it [count]
            $$);
            """#)
}
