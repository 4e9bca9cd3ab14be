extension Migration {
    /// A subject's events are one by (subject, message id, day as sent): see "Once" in the README.
    static let usage = Migration(
        number: 4, name: "usage",
        sql: #"""
            create table usage.subject (
                id bigint generated always as identity primary key,
                kind text not null check (kind in ('group', 'user', 'anonymous')),
                key text not null check (length(key) between 1 and 200),
                created_at timestamptz not null default now(),
                unique (kind, key)
            );
            call holdfast.describe('usage.subject', 'Whom events are about, as their sender named it', $$
                id: identity, for ever [id]
                kind: group, user or anonymous
                key: the key as it was sent
                created_at: when it was first seen
            $$);

            create table usage.event (
                subject_id bigint not null,
                message_id text not null check (length(message_id) between 1 and 200),
                sent_on date not null,
                event text not null check (length(event) between 1 and 200),
                user_subject_id bigint,
                occurred_at timestamptz not null,
                known_at timestamptz not null,
                received_at timestamptz not null default now(),
                original_at timestamptz,
                sent_at timestamptz,
                historical boolean not null default false,
                clamped boolean not null default false,
                repairs text[],
                properties jsonb not null default '{}',
                primary key (subject_id, message_id, sent_on)
            ) partition by range (sent_on);
            create index on usage.event (subject_id, event, occurred_at);
            call holdfast.describe('usage.event', 'What subjects did in the product, each once', $$
                subject_id: the subject, in usage.subject [id]
                message_id: the sender's id for the event, or a digest of its content
                sent_on: the UTC day of the time as sent, or of receipt where none was sent
                event: name of the event; $page and $screen for page and screen calls
                user_subject_id: the user who did it, in usage.subject [id]
                occurred_at: when it happened, corrected for the sender's clock
                known_at: when Holdfast learned of it; occurred_at where it came as declared history
                received_at: when it arrived
                original_at: its time as sent
                sent_at: when the sender sent it, by the sender's clock
                historical: true where it came as declared history
                clamped: true where it claimed a time in the future and was moved to its arrival
                repairs: what was mended in it
                properties: what the sender said of it
            $$);

            create table usage.daily (
                subject_id bigint not null,
                day date not null,
                event text not null,
                known_on date not null,
                count bigint not null check (count > 0),
                primary key (subject_id, day, event, known_on)
            ) partition by range (day);
            call holdfast.describe('usage.daily', 'Events a day; always equal to a recount of usage.event', $$
                subject_id: the subject, in usage.subject [id]
                day: UTC day of occurred_at
                event: name of the event
                known_on: UTC day of known_at
                count: events [count]
            $$);

            create table usage.passive_event (
                event text primary key
            );
            call holdfast.describe('usage.passive_event', 'Events that are no activity', $$
                event: name of the event
            $$);
            insert into usage.passive_event values ('$page'), ('$screen'), ('$pageview'), ('$pageleave');

            create table usage.mark (
                id bigint generated always as identity primary key,
                subjects bigint[] not null,
                marked_at timestamptz not null default now()
            );
            call holdfast.describe('usage.mark', 'Subjects written to and not yet published as usage.recorded', $$
                id: identity [id]
                subjects: the subjects, in usage.subject [ids]
                marked_at: when they were written to
            $$);

            create table usage.identification (
                id bigint generated always as identity primary key,
                kind text not null check (kind in ('identify', 'group', 'alias')),
                subject_id bigint not null,
                other_subject_id bigint,
                message_id text check (length(message_id) between 1 and 200),
                traits jsonb not null default '{}',
                occurred_at timestamptz not null,
                received_at timestamptz not null default now(),
                repairs text[],
                unique (subject_id, kind, message_id)
            );
            create index on usage.identification (received_at);
            call holdfast.describe('usage.identification', 'What identify, group and alias calls said; contacts applies it', $$
                id: identity [id]
                kind: identify, group or alias
                subject_id: the user (identify, alias) or the group (group), in usage.subject [id]
                other_subject_id: the anonymous or former subject, or the user who is in the group [id]
                message_id: the sender's id for the call, or a digest of its content
                traits: what was said of it
                occurred_at: when it happened
                received_at: when it arrived
                repairs: what was mended in it
            $$);

            create table usage.quarantine (
                id bigint generated always as identity,
                received_at timestamptz not null default now(),
                format text not null,
                path text not null default '',
                api_key_id bigint,
                reason text not null,
                place text,
                content bytea not null,
                envelope bytea,
                replayed_at timestamptz,
                primary key (id, received_at)
            ) partition by range (received_at);
            call holdfast.describe('usage.quarantine', 'Events and bodies that could not be read, whole', $$
                id: identity [id]
                received_at: when it arrived
                format: the ingest format that it came by
                path: the path that it came to
                api_key_id: the write key, in crm.api_key [id]
                reason: what is wrong with it
                place: where in the body, as a JSON pointer
                content: the bytes as they came
                envelope: what stood around the event in its body and applies to it, as JSON text
                replayed_at: when it was replayed
            $$);
            insert into holdfast.partitioning values
                ('usage.event', 'month', '62 days', '410 days', '410 days'),
                ('usage.daily', 'month', '62 days', '410 days', '410 days'),
                ('usage.quarantine', 'month', '62 days', '31 days', '90 days');
            """#)
}
