extension Migration {
    /// What lets segments be evaluated for a million accounts in seconds: the survivor of a merge stands in the row that was
    /// merged, and each subject's days stand in one row with running totals, so that any window is the difference of two of
    /// them, found by bisection.
    static let membership = Migration(
        number: 19, name: "membership",
        sql: #"""
            alter table crm.account add root_id bigint;
            create index on crm.account (root_id) where root_id is not null;
            comment on column crm.account.root_id is
                'the living account that merges led to, in crm.account; null for one that was not merged [id]';
            with recursive chain as (
                select id as account_id, merged_into as root_id from crm.account where merged_into is not null
                union
                select c.account_id, a.merged_into from chain c join crm.account a on a.id = c.root_id
                where a.merged_into is not null
            )
            update crm.account m set root_id = c.root_id from chain c join crm.account a on a.id = c.root_id
            where a.merged_into is null and m.id = c.account_id;
            analyze crm.account;

            alter table crm.segment add uses text[] not null default '{}';
            comment on column crm.segment.uses is 'keys of the segments that its expression asks for, directly or through others';

            alter table usage.daily_folded
                add open boolean not null default true,
                add settled bigint not null default 0 check (settled >= 0);
            create index daily_folded_open on usage.daily_folded (subject_id) where open;
            comment on column usage.daily_folded.open is 'true where not all of its count is in usage.activity yet';
            comment on column usage.daily_folded.settled is 'how much of its count is in usage.activity [count]';

            create table usage.activity (
                subject_id bigint primary key,
                days date[] not null,
                totals bigint[] not null,
                check (cardinality(days) > 0 and cardinality(days) = cardinality(totals))
            );
            call holdfast.describe('usage.activity', 'The days on which each subject was active, as far as they are settled', $$
                subject_id: the subject, in usage.subject [id]
                days: UTC days with activity, in order
                totals: for each of the days, events of activity on it and on those before it [count]
            $$);

            create table usage.event_history (
                subject_id bigint not null,
                event text not null,
                days date[] not null,
                totals bigint[] not null,
                primary key (subject_id, event),
                check (cardinality(days) > 0 and cardinality(days) = cardinality(totals))
            );
            create index on usage.event_history (event);
            call holdfast.describe('usage.event_history', 'The days on which each subject had an event, as far as they are settled', $$
                subject_id: the subject, in usage.subject [id]
                event: name of the event
                days: UTC days with the event, in order
                totals: for each of the days, events on it and on those before it [count]
            $$);
            """#)
}
