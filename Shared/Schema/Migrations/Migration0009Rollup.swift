extension Migration {
    /// Roll-ups are appended as they come and folded afterwards: adding to rows in place made writers of one account wait
    /// for each other, and cost more than the events themselves. `usage.daily` becomes a view over both, so programs that
    /// write to it by its old form are shut out.
    static let rollup = Migration(
        number: 9, name: "rollup",
        sql: #"""
            alter table usage.event add column amount numeric;
            comment on column usage.event.amount is
                'the property that usage.summed_property names for such events; null where none is or it is no number [number]';

            -- Bytes are compared many times quicker than words by a language's rules.
            create unique index event_identity on usage.event (subject_id, message_id collate "C", sent_on);
            alter table usage.event drop constraint event_pkey;
            create index event_by_time on usage.event (subject_id, occurred_at);
            drop index usage.event_subject_id_event_occurred_at_idx;

            alter table usage.daily rename to daily_folded;
            update holdfast.partitioning set relation = 'usage.daily_folded' where relation = 'usage.daily';
            alter table usage.daily_folded add column amount numeric;
            call holdfast.describe('usage.daily_folded', 'Events a day, as far as they are folded', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                known_on: UTC day of known_at
                count: events [count]
                amount: sum of usage.event.amount; null where there is none [number]
            $$);

            create table usage.daily_delta (
                subject_id bigint not null,
                day date not null,
                event text not null,
                known_on date not null,
                count bigint not null check (count > 0),
                amount numeric
            ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
                autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000);
            call holdfast.describe('usage.daily_delta', 'Events a day that are not folded into usage.daily_folded yet', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                known_on: UTC day of known_at
                count: events [count]
                amount: sum of usage.event.amount; null where there is none [number]
            $$);

            create table usage.summed_property (
                event text primary key check (length(event) between 1 and 200),
                property text not null check (length(property) between 1 and 200)
            );
            call holdfast.describe('usage.summed_property', 'Which numeric property is summed a day, for events from then on', $$
                event: name of the event
                property: name of the property
            $$);
            """#, compatibleFrom: 9)
}
