extension SchemaObject {
    /// What is settled and what is not yet, in one shape: the events of a subject in a window are the sum, over its rows, of
    /// `totals[width_bucket(last, days)] - totals[width_bucket(day before the first, days)]`, where nothing is 0. Who reads
    /// activity leaves passive events out by `event`: with a subquery in it, the view could not be read by its indexes.
    static let usageActivity = SchemaObject(
        sql: #"""
            create view usage.activity_part as
            select subject_id, null::text as event, days, totals from usage.activity
            union all
            select subject_id, event, array[day], array[count - settled] from usage.daily_folded where open
            union all
            select subject_id, event, array[day], array[count] from usage.daily_delta;
            call holdfast.describe('usage.activity_part', 'Days of activity with running totals, settled and not yet settled; rows of one subject add up', $$
                subject_id: the subject, in usage.subject [id]
                event: name of the event, which may be a passive one; null where only activity is counted
                days: UTC days with activity, in order
                totals: for each of the days, events of activity on it and on those before it in this row [count]
            $$);

            create view usage.event_part as
            select subject_id, event, days, totals from usage.event_history
            union all
            select subject_id, event, array[day], array[count - settled] from usage.daily_folded where open
            union all
            select subject_id, event, array[day], array[count] from usage.daily_delta;
            call holdfast.describe('usage.event_part', 'Days of each event with running totals, settled and not yet settled; rows of one subject and event add up', $$
                subject_id: the subject, in usage.subject [id]
                event: name of the event
                days: UTC days with the event, in order
                totals: for each of the days, events on it and on those before it in this row [count]
            $$);
            """#)
}
