extension Migration {
    /// One index serves both questions, whether an event is there already and what a subject did on a day: each index more
    /// costs every event that is written. An event counts in the day that it happened on, which is the day as sent but for
    /// clocks that are wrong and for midnight; the few others are found by an index of their own (`usage.daily_event`).
    ///
    /// Beside an index on (subject_id, occurred_at), the limit of `compose/bench ingest` without HTTP writes a tenth more.
    static let byDay = Migration(
        number: 14, name: "by_day",
        sql: #"""
            create unique index event_by_day on usage.event (subject_id, sent_on, message_id collate "C");
            drop index usage.event_identity;
            alter index usage.event_by_day rename to event_identity;
            drop index usage.event_by_time;
            create index event_of_other_day on usage.event (subject_id, ((occurred_at at time zone 'UTC')::date))
            where sent_on <> (occurred_at at time zone 'UTC')::date;

            -- They live for seconds: to make them smaller costs more than to write them.
            alter table usage.mark alter column subjects set storage external;
            """#)
}
