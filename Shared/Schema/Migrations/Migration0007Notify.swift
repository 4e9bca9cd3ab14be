extension Migration {
    static let notify = Migration(
        number: 7, name: "notify",
        sql: #"""
            create table notify.endpoint (
                id bigint generated always as identity primary key,
                name text not null unique check (length(name) between 1 and 200),
                url text not null check (length(url) <= 2000),
                topics text[] not null,
                created_at timestamptz not null default now(),
                disabled_at timestamptz,
                disabled_reason text,
                failing_since timestamptz
            );
            call holdfast.describe('notify.endpoint', 'Addresses that get signed webhooks', $$
                id: identity [id]
                name: name for people
                url: where requests go
                topics: topics that it gets; an empty list is all
                created_at: when it was added
                disabled_at: since when it gets nothing
                disabled_reason: why
                failing_since: first failure since the last success
            $$);

            create table notify.endpoint_secret (
                id bigint generated always as identity primary key,
                endpoint_id bigint not null references notify.endpoint on delete cascade,
                secret bytea not null check (length(secret) between 24 and 64),
                created_at timestamptz not null default now(),
                retired_at timestamptz
            );
            create index on notify.endpoint_secret (endpoint_id);
            call holdfast.describe('notify.endpoint_secret', 'Keys that webhooks are signed with; readable by notifier alone', $$
                id: identity [id]
                endpoint_id: the endpoint, in notify.endpoint [id]
                secret: the key
                created_at: when it was made
                retired_at: until when it still signs, after a newer one was made
            $$);

            create table notify.channel (
                name text primary key check (name ~ '^[a-z][a-z_]{0,30}$'),
                sandbox boolean not null default true,
                settings jsonb not null default '{}',
                changed_at timestamptz not null default now()
            );
            call holdfast.describe('notify.channel', 'Channels that messages go out by', $$
                name: name of the channel
                sandbox: true where messages are rendered, signed and logged, and nothing leaves the machine
                settings: settings of the channel, without secrets
                changed_at: when it last changed
            $$);

            create table notify.channel_secret (
                channel text primary key references notify.channel on delete cascade,
                secret jsonb not null
            );
            call holdfast.describe('notify.channel_secret', 'Secrets of channels; readable by notifier alone', $$
                channel: the channel, in notify.channel
                secret: names and values
            $$);

            create table notify.delivery (
                id bigint generated always as identity primary key,
                delivery_key text not null unique check (length(delivery_key) <= 200),
                message_id bigint,
                endpoint_id bigint references notify.endpoint on delete set null,
                topic text,
                account_id bigint,
                contact_id bigint,
                user_id bigint,
                channel text not null,
                address text,
                subject text,
                body text not null,
                state text not null check (state in ('pending', 'delivered', 'failed', 'unknown')),
                sandbox boolean not null,
                attempts integer not null default 0,
                attempts_before integer not null default 0,
                error text,
                created_at timestamptz not null default now(),
                next_attempt_at timestamptz,
                delivered_at timestamptz
            );
            create index on notify.delivery (account_id, created_at desc);
            create index on notify.delivery (message_id);
            create index on notify.delivery (endpoint_id, created_at desc);
            create index on notify.delivery (next_attempt_at) where state = 'pending';
            call holdfast.describe('notify.delivery', 'One message to one address through one channel', $$
                id: identity [id]
                delivery_key: makes a repeated request one; sent along as the idempotency key
                message_id: the message, in plan.message; null for a topic's webhook [id]
                endpoint_id: the endpoint, in notify.endpoint; null in the sandbox, for other channels, and once it was removed [id]
                topic: the topic of a webhook
                account_id: the account that it is about, in crm.account [id]
                contact_id: the contact whom it is for, in crm.contact [id]
                user_id: the user whom it is for, in crm.team_user [id]
                channel: the channel
                address: the address that it goes to
                subject: subject as rendered
                body: text as rendered; of a webhook, the JSON exactly as it is signed
                state: pending, delivered, failed, or unknown (a crash hid the outcome)
                sandbox: true where nothing left the machine
                attempts: tries so far [count]
                attempts_before: of these, tries before it was last replayed [count]
                error: why the last try failed
                created_at: when it was made
                next_attempt_at: when it is tried next
                delivered_at: when it was delivered
            $$);

            create table notify.attempt (
                delivery_id bigint not null references notify.delivery on delete cascade,
                attempt integer not null,
                started_at timestamptz not null default now(),
                finished_at timestamptz,
                outcome text not null check (outcome in ('started', 'delivered', 'retry', 'failed', 'unknown')),
                job_id bigint not null,
                status integer,
                detail text check (length(detail) <= 4000),
                signature text,
                primary key (delivery_id, attempt)
            );
            call holdfast.describe('notify.attempt', 'Tries of a delivery', $$
                delivery_id: the delivery, in notify.delivery [id]
                attempt: which try this is, from 1 [count]
                started_at: when it began
                finished_at: when it ended; null where a crash hid the outcome
                outcome: started, delivered, retry, failed, or unknown (a crash hid it)
                job_id: the job that tried, in report.job [id]
                status: what the other side answered [status code]
                detail: its words, cut
                signature: the signature that was sent
            $$);

            create table notify.suppression (
                channel text not null,
                address text not null,
                reason text not null,
                created_at timestamptz not null default now(),
                primary key (channel, address)
            );
            call holdfast.describe('notify.suppression', 'Addresses that nothing may be sent to', $$
                channel: the channel
                address: the address, in lower case
                reason: unsubscribed, bounced or complained
                created_at: since when
            $$);

            create table notify.refusal (
                contact_id bigint not null,
                channel text not null,
                topic text not null,
                refused_at timestamptz not null default now(),
                primary key (contact_id, channel, topic)
            );
            call holdfast.describe('notify.refusal', 'Refusals by unsubscribe link, heeded at once, also while contacts is away', $$
                contact_id: the contact, in crm.contact [id]
                channel: the channel
                topic: what about: marketing, service
                refused_at: when; a consent given later counts again
            $$);

            create table notify.decision (
                id bigint generated always as identity,
                decided_at timestamptz not null default now(),
                message_id bigint not null,
                account_id bigint not null,
                contact_id bigint,
                verdict text not null check (verdict in ('sent', 'stopped')),
                reason text not null,
                primary key (id, decided_at)
            ) partition by range (decided_at);
            create index on notify.decision (message_id);
            call holdfast.describe('notify.decision', 'For each message and contact: sent, or stopped by what', $$
                id: identity [id]
                decided_at: when it was decided
                message_id: the message, in plan.message [id]
                account_id: the account, in crm.account [id]
                contact_id: the contact, in crm.contact [id]
                verdict: sent or stopped
                reason: consent, alert, no_consent, refused, suppressed, no_address, no_channel, no_endpoint, account_gone, contact_gone, user_gone, template
            $$);
            insert into holdfast.partitioning values ('notify.decision', 'month', '62 days', '31 days', null);
            """#)
}
