extension SchemaObject {
    /// Two halves, for each goes by an index of its own (`event_identity`, `event_of_other_day`), and the first by one
    /// partition.
    static let usageDailyEvent = SchemaObject(
        sql: #"""
            create view usage.daily_event as
            select subject_id, sent_on as day, event, user_subject_id, message_id, occurred_at, known_at, amount, properties
            from usage.event where sent_on = (occurred_at at time zone 'UTC')::date
            union all
            select subject_id, (occurred_at at time zone 'UTC')::date, event, user_subject_id, message_id, occurred_at, known_at,
                amount, properties
            from usage.event where sent_on <> (occurred_at at time zone 'UTC')::date;
            call holdfast.describe('usage.daily_event', 'Events with the day that they count in; quick for a subject and a day', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                user_subject_id: the user who did it, in usage.subject [id]
                message_id: the sender's id for the event, or a digest of its content
                occurred_at: when it happened, corrected for the sender's clock
                known_at: when Holdfast learned of it; occurred_at where it came as declared history
                amount: the property that usage.summed_property names for such events [number]
                properties: what the sender said of it
            $$);
            """#)
}
