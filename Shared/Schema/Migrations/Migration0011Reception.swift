extension Migration {
    /// What came in, counted where it is written; who sent an event; back-fills that go on where they were broken off; and
    /// how much a key may send. Only additions, so that the previous release keeps running.
    ///
    /// Rows of `usage.event` lie nearly in the order of their arrival, so a BRIN index finds the latest for next to nothing:
    /// whoever follows what comes in (`usage-ingest tail`) reads the last minute and no more. 300,000 events written with and
    /// without it, three times in turns: 2.69 and 2.67 s; the last 10,000 were found in 4 ms.
    static let reception = Migration(
        number: 11, name: "reception",
        sql: #"""
            alter table crm.api_key add column events_per_second integer check (events_per_second > 0);
            alter table crm.api_key add column events_per_day bigint check (events_per_day > 0);
            comment on column crm.api_key.events_per_second is
                'events that it may send a second to one process, over ten seconds; null is without limit [events/s]';
            comment on column crm.api_key.events_per_day is
                'events that are taken from it in a UTC day; null is without limit [events]';

            alter table usage.event add column api_key_id bigint;
            comment on column usage.event.api_key_id is
                'the write key that it came with, in crm.api_key; null where it came with none, as in an import [id]';
            create index on usage.event using brin (received_at) with (pages_per_range = 32, autosummarize = on);
            create index on usage.quarantine using brin (received_at) with (pages_per_range = 32, autosummarize = on);

            create table usage.reception (
                minute timestamptz not null,
                format text not null,
                api_key_id bigint not null,
                accepted bigint not null,
                repaired bigint not null,
                duplicates bigint not null,
                quarantined bigint not null,
                bytes bigint not null,
                lag_1s bigint not null,
                lag_10s bigint not null,
                lag_1m bigint not null,
                lag_10m bigint not null,
                lag_1h bigint not null,
                lag_1d bigint not null,
                lag_more bigint not null,
                wait_ms bigint not null,
                wait_most_ms bigint not null,
                primary key (api_key_id, minute, format)
            ) partition by range (minute);
            create table usage.reception_delta (like usage.reception);
            alter table usage.reception_delta set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                autovacuum_vacuum_cost_delay = 0);
            call holdfast.describe('usage.reception', 'What came in, minute by minute, as far as it is folded', $$
                \#(counted)
            $$);
            call holdfast.describe('usage.reception_delta', 'What came in, a row for each commit, not yet folded', $$
                \#(counted)
            $$);
            insert into holdfast.partitioning values ('usage.reception', 'week', '14 days', '7 days', '30 days');

            create table usage.import (
                id bigint generated always as identity primary key,
                file text not null,
                format text not null,
                source text not null,
                columns jsonb not null,
                historical boolean not null,
                size bigint,
                read_bytes bigint not null default 0,
                digest text not null default '',
                lines bigint not null default 0,
                accepted bigint not null default 0,
                repaired bigint not null default 0,
                duplicates bigint not null default 0,
                quarantined bigint not null default 0,
                started_at timestamptz not null default now(),
                written_at timestamptz,
                finished_at timestamptz
            );
            create index on usage.import (file) where finished_at is null;
            call holdfast.describe('usage.import', 'Files that usage-ingest import took in; one that was broken off goes on from here', $$
                id: identity [id]
                file: the file as it was named, or - for standard input
                format: how it was read
                source: where it comes from, as it was told
                columns: which column of a CSV file was taken as which member, as it was told
                historical: true where it was declared history
                size: of the file as it lies on disk; null where that is not known [bytes]
                read_bytes: of the file, unpacked, that are committed [bytes]
                digest: SHA-256 of these bytes: the same file is known again by it
                lines: lines that are committed [count]
                accepted: messages that were written, those with repairs among them [count]
                repaired: messages that were written after something was mended in them [count]
                duplicates: messages that were there already [count]
                quarantined: messages that could not be taken [count]
                started_at: when it began
                written_at: when something of it was last committed
                finished_at: when its end was reached; null where it was broken off or still runs
            $$);
            """#)

    private static let counted = #"""
        minute: when they were written, to the minute
        format: the ingest format that they came by
        api_key_id: the write key, in crm.api_key; 0 where they came with none, as in an import [id]
        accepted: messages that were written, those with repairs among them [count]
        repaired: messages that were written after something was mended in them [count]
        duplicates: messages that were there already [count]
        quarantined: messages that could not be taken [count]
        bytes: of all messages as they came, unpacked [bytes]
        lag_1s: accepted events, no history, that came within 1 s of happening [count]
        lag_10s: that came after more than 1 s and at most 10 s [count]
        lag_1m: that came after more than 10 s and at most 1 min [count]
        lag_10m: that came after more than 1 min and at most 10 min [count]
        lag_1h: that came after more than 10 min and at most 1 h [count]
        lag_1d: that came after more than 1 h and at most 24 h [count]
        lag_more: that came after more than 24 h [count]
        wait_ms: from arrival until it was written, summed over all messages [ms]
        wait_most_ms: from arrival until it was written, the longest [ms]
        """#
}
