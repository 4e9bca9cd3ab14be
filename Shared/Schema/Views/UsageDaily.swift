extension SchemaObject {
    /// Two views: a `group by` gives each key its one row, but keeps a join from going by the indexes beneath. So programs
    /// read `usage.daily_part` and add up for themselves.
    static let usageDaily = SchemaObject(
        sql: #"""
            create view usage.daily_part as
            select subject_id, day, event, known_on, count, amount from usage.daily_folded
            union all
            select subject_id, day, event, known_on, count, amount from usage.daily_delta;
            call holdfast.describe('usage.daily_part', 'Events a day, folded and not yet folded; rows of one key add up', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                known_on: UTC day of known_at
                count: events [count]
                amount: sum of the property that usage.summed_property names; null where there is none [number]
            $$);

            create view usage.daily as
            select subject_id, day, event, known_on, sum(count)::bigint as count, sum(amount) as amount
            from usage.daily_part group by subject_id, day, event, known_on;
            call holdfast.describe('usage.daily', 'Events a day; equal to a recount of usage.event at every commit', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                known_on: UTC day of known_at
                count: events [count]
                amount: sum of the property that usage.summed_property names; null where there is none [number]
            $$);
            """#)
}
