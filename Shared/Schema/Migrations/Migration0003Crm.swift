// Over 200 lines: one schema in one place, most of it the comments that operators read.
extension Migration {
    /// What changes over time (owner, tag, consent, a subscription's state) is a dated row that is only ever added: of the
    /// rows with `occurred_at` and `known_at` up to a moment, the latest by (occurred_at, id) was true at that moment.
    static let crm = Migration(
        number: 3, name: "crm",
        sql: #"""
            create table crm.account (
                id bigint generated always as identity primary key,
                key text not null unique check (length(key) between 1 and 200),
                name text not null check (length(name) between 1 and 400),
                kind text not null default 'company' check (kind in ('company', 'person')),
                stub boolean not null default false,
                source text not null default 'api' check (length(source) between 1 and 60),
                industry text check (length(industry) <= 200),
                country text check (country ~ '^[A-Z]{2}$'),
                language text check (length(language) <= 35),
                time_zone text check (length(time_zone) <= 64),
                on_holiday_until date,
                merged_into bigint references crm.account,
                created_at timestamptz not null default now(),
                known_at timestamptz not null default now(),
                check (merged_into is distinct from id)
            );
            create index on crm.account (merged_into) where merged_into is not null;
            call holdfast.describe('crm.account', 'The customer: a company or a person', $$
                id: identity inside [id]
                key: the outside world's id for the account
                name: how people call it; the key until a name is known
                kind: company (B2B) or person (B2C)
                stub: true while the account is known by its usage only
                source: where it came from: api, import, usage, demo
                industry: its line of business
                country: ISO 3166-1 code of its place
                language: BCP 47 tag of the language to write in
                time_zone: IANA name of its time zone
                on_holiday_until: last day of an absence; alerts are held back until then
                merged_into: the account that survived a merge, in crm.account [id]
                created_at: when the relationship began
                known_at: when Holdfast learned of it
            $$);

            create table crm.account_subject (
                subject_id bigint primary key,
                account_id bigint not null references crm.account,
                linked_at timestamptz not null default now(),
                grouped_at timestamptz,
                identified_as bigint
            );
            create index on crm.account_subject (account_id);
            create index on crm.account_subject (identified_as) where identified_as is not null;
            call holdfast.describe('crm.account_subject', 'Which account a subject of usage belongs to', $$
                subject_id: the subject, in usage.subject [id]
                account_id: its account, in crm.account [id]
                linked_at: since when
                grouped_at: time of the group call that put a user there; null where none did
                identified_as: the user whom an anonymous or former subject turned out to be, in usage.subject [id]
            $$);

            create table crm.team_user (
                id bigint generated always as identity primary key,
                name text not null unique check (length(name) between 1 and 200),
                email text check (length(email) <= 320),
                role text not null default 'manager' check (role in ('admin', 'manager', 'viewer')),
                language text not null default 'en',
                time_zone text not null default 'UTC',
                created_at timestamptz not null default now(),
                disabled_at timestamptz
            );
            call holdfast.describe('crm.team_user', 'Users: people who work here', $$
                id: identity [id]
                name: name to sign in with
                email: address for alerts
                role: admin, manager or viewer
                language: BCP 47 tag of the language of pages and messages
                time_zone: IANA name of the time zone
                created_at: when the user was made
                disabled_at: since when the user may not sign in
            $$);

            create table crm.user_secret (
                user_id bigint primary key references crm.team_user on delete cascade,
                password_hash text not null
            );
            call holdfast.describe('crm.user_secret', 'Password hashes; readable by contacts alone', $$
                user_id: the user, in crm.team_user [id]
                password_hash: salted slow hash, with its parameters
            $$);

            create table crm.session_secret (
                hash bytea primary key check (length(hash) = 32),
                user_id bigint not null references crm.team_user on delete cascade,
                created_at timestamptz not null default now(),
                expires_at timestamptz not null
            );
            call holdfast.describe('crm.session_secret', 'Sign-ins of the pages; readable by contacts alone', $$
                hash: SHA-256 of the session's token
                user_id: who signed in, in crm.team_user [id]
                created_at: when
                expires_at: until when it is good
            $$);

            create table crm.account_owner (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                user_id bigint references crm.team_user,
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.account_owner (account_id, occurred_at desc, id desc);
            create index on crm.account_owner (user_id);
            call holdfast.describe('crm.account_owner', 'Who looks after an account, from when', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                user_id: the owner from then on, in crm.team_user; null is nobody [id]
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            create table crm.account_tag (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                tag text not null check (length(tag) between 1 and 100),
                present boolean not null,
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.account_tag (account_id, tag, occurred_at desc, id desc);
            create index on crm.account_tag (tag, account_id);
            call holdfast.describe('crm.account_tag', 'Tags put on accounts and taken off, from when', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                tag: the tag
                present: true where it was put on, false where it was taken off
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            create table crm.contact (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                key text not null unique check (length(key) between 1 and 200),
                name text not null check (length(name) between 1 and 400),
                role text check (role in ('decides', 'influences', 'uses', 'pays', 'blocks')),
                language text check (length(language) <= 35),
                time_zone text check (length(time_zone) <= 64),
                source text not null default 'api' check (length(source) between 1 and 60),
                created_at timestamptz not null default now()
            );
            create index on crm.contact (account_id);
            call holdfast.describe('crm.contact', 'A person at an account', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                key: the outside world's id for the person
                name: name of the person
                role: part in the decision: decides, influences, uses, pays or blocks
                language: BCP 47 tag of the language to write in
                time_zone: IANA name of the person's time zone
                source: where it came from: api, import, demo
                created_at: when the contact was made
            $$);

            create table crm.contact_address (
                id bigint generated always as identity primary key,
                contact_id bigint not null references crm.contact on delete cascade,
                channel text not null check (channel ~ '^[a-z][a-z_]{0,30}$'),
                value text not null check (length(value) between 1 and 1000),
                created_at timestamptz not null default now(),
                unique (contact_id, channel, value)
            );
            create index on crm.contact_address (channel, lower(value));
            call holdfast.describe('crm.contact_address', 'Where a contact can be reached', $$
                id: identity [id]
                contact_id: the contact, in crm.contact [id]
                channel: mail, phone, telegram and so on
                value: the address itself
                created_at: when it was added
            $$);

            create table crm.contact_consent (
                id bigint generated always as identity primary key,
                contact_id bigint not null references crm.contact on delete cascade,
                channel text not null check (channel ~ '^[a-z][a-z_]{0,30}$'),
                topic text not null default 'marketing' check (topic ~ '^[a-z][a-z_]{0,30}$'),
                granted boolean not null,
                source text not null check (length(source) between 1 and 200),
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.contact_consent (contact_id, channel, topic, occurred_at desc, id desc);
            call holdfast.describe('crm.contact_consent', 'Consents given and withdrawn, from when', $$
                id: identity [id]
                contact_id: the contact, in crm.contact [id]
                channel: mail, phone and so on
                topic: what about: marketing, service
                granted: true where it was given, false where it was withdrawn
                source: how it was given or withdrawn: import, api, unsubscribe link
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            create table crm.subscription (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                key text not null unique check (length(key) between 1 and 200),
                started_at timestamptz not null,
                known_at timestamptz not null default now(),
                historical boolean not null default false
            );
            create index on crm.subscription (account_id);
            call holdfast.describe('crm.subscription', 'A contract of an account that pays again and again', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                key: the outside world's id for it
                started_at: when it began
                known_at: when Holdfast learned of it
                historical: true where it came by a declared import of history
            $$);

            create table crm.subscription_state (
                id bigint generated always as identity primary key,
                subscription_id bigint not null references crm.subscription,
                status text not null check (status in ('trialing', 'active', 'past_due', 'paused', 'cancelled', 'ended')),
                plan text check (length(plan) <= 200),
                mrr_minor bigint not null check (mrr_minor >= 0),
                currency text not null check (currency ~ '^[A-Z]{3}$'),
                seats integer check (seats >= 0),
                renews_at timestamptz,
                loss_reason text check (length(loss_reason) <= 200),
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.subscription_state (subscription_id, occurred_at desc, id desc);
            call holdfast.describe('crm.subscription_state', 'What a subscription was, from when', $$
                id: identity [id]
                subscription_id: the subscription, in crm.subscription [id]
                status: trialing, active, past_due, paused, cancelled (ends at renews_at) or ended
                plan: name of the plan
                mrr_minor: monthly recurring revenue [minor units of currency]
                currency: ISO 4217 code
                seats: seats paid for [count]
                renews_at: when it renews, or ends if cancelled
                loss_reason: why it was cancelled
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            create table crm.account_order (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                key text not null unique check (length(key) between 1 and 200),
                amount_minor bigint not null,
                currency text not null check (currency ~ '^[A-Z]{3}$'),
                items integer check (items >= 0),
                occurred_at timestamptz not null,
                known_at timestamptz not null default now(),
                historical boolean not null default false,
                source text not null default 'api' check (length(source) between 1 and 60)
            );
            create index on crm.account_order (account_id, occurred_at);
            call holdfast.describe('crm.account_order', 'Orders; a refund is an order with a negative amount', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                key: the outside world's id for the order
                amount_minor: what was paid [minor units of currency]
                currency: ISO 4217 code
                items: pieces ordered [count]
                occurred_at: when it was ordered
                known_at: when Holdfast learned of it
                historical: true where it came by a declared import of history
                source: where it came from: api, import, usage, demo
            $$);

            create table crm.exchange_rate (
                day date not null,
                currency text not null check (currency ~ '^[A-Z]{3}$'),
                base text not null check (base ~ '^[A-Z]{3}$'),
                rate double precision not null check (rate > 0),
                primary key (day, currency, base)
            );
            call holdfast.describe('crm.exchange_rate', 'Rates of the day, by which currencies compare', $$
                day: the day
                currency: ISO 4217 code of the foreign currency
                base: ISO 4217 code of the currency to compare in
                rate: worth of one unit of currency [units of base]
            $$);

            create table crm.interaction (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                contact_id bigint references crm.contact,
                kind text not null check (length(kind) between 1 and 60),
                direction text not null default 'internal' check (direction in ('in', 'out', 'internal')),
                channel text check (length(channel) <= 60),
                title text not null check (length(title) <= 1000),
                body text check (length(body) <= 100000),
                by_user_id bigint references crm.team_user,
                entry_key text unique check (length(entry_key) <= 200),
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.interaction (account_id, occurred_at desc);
            call holdfast.describe('crm.interaction', 'Talks with the customer and notes about it', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                contact_id: the contact, in crm.contact [id]
                kind: note, call, mail, meeting and so on
                direction: in, out or internal
                channel: by which channel
                title: one line
                body: the words
                by_user_id: the user who wrote or talked, in crm.team_user [id]
                entry_key: makes a repeated entry one
                occurred_at: when it happened
                known_at: when Holdfast learned of it
            $$);

            create table crm.segment (
                id bigint generated always as identity primary key,
                key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
                name text not null check (length(name) between 1 and 200),
                expression text not null check (length(expression) <= 8192),
                sources text[] not null,
                changes_with_time boolean not null,
                created_at timestamptz not null default now(),
                changed_at timestamptz not null default now(),
                evaluated_at timestamptz,
                fault text
            );
            call holdfast.describe('crm.segment', 'Saved expressions over facts', $$
                id: identity [id]
                key: name in expressions and playbooks
                name: name for people
                expression: the expression as it was written
                sources: kinds of facts that it reads; a change of one of them evaluates it again
                changes_with_time: true where it can change without a change of data
                created_at: when it was made
                changed_at: when its expression last changed
                evaluated_at: when it was last evaluated for every account
                fault: why the last evaluation failed
            $$);

            create table crm.segment_member (
                segment_id bigint not null references crm.segment on delete cascade,
                account_id bigint not null references crm.account,
                entered_at timestamptz not null default now(),
                primary key (segment_id, account_id)
            );
            create index on crm.segment_member (account_id);
            call holdfast.describe('crm.segment_member', 'Accounts that are in a segment now', $$
                segment_id: the segment, in crm.segment [id]
                account_id: the account, in crm.account [id]
                entered_at: since when
            $$);

            create table crm.api_key (
                id bigint generated always as identity primary key,
                name text not null check (length(name) between 1 and 200),
                scope text not null check (scope in ('write', 'api')),
                hint text not null check (length(hint) <= 20),
                hash bytea not null unique check (length(hash) = 32),
                created_at timestamptz not null default now(),
                expires_at timestamptz,
                revoked_at timestamptz,
                used_at timestamptz
            );
            call holdfast.describe('crm.api_key', 'Keys of programs; checked by crm.check_key', $$
                id: identity [id]
                name: what it is for
                scope: write sends usage, api reads and writes contacts
                hint: its first characters, to tell keys apart
                hash: SHA-256 of the key
                created_at: when it was made
                expires_at: until when it is good; null is for ever
                revoked_at: since when it is refused
                used_at: last use, to the minute
            $$);

            create table crm.import (
                id bigint generated always as identity primary key,
                kind text not null,
                file text not null,
                digest text not null,
                source text not null,
                historical boolean not null,
                started_at timestamptz not null default now(),
                finished_at timestamptz,
                lines bigint not null default 0,
                accepted bigint not null default 0,
                unchanged bigint not null default 0,
                refused bigint not null default 0
            );
            call holdfast.describe('crm.import', 'Imports of files', $$
                id: identity [id]
                kind: accounts, contacts, subscriptions or orders
                file: name of the file
                digest: SHA-256 of the file, in hex
                source: what the rows' source was set to
                historical: true where it was declared as history
                started_at: when it began
                finished_at: when it ended; null while it runs or where it was broken off
                lines: lines read so far; a repeated import goes on behind them [count]
                accepted: lines that made or changed a row [count]
                unchanged: lines that said what was known [count]
                refused: lines refused, in crm.import_refusal [count]
            $$);

            create table crm.import_refusal (
                import_id bigint not null references crm.import on delete cascade,
                line bigint not null,
                field text,
                reason text not null,
                content text not null,
                primary key (import_id, line)
            );
            call holdfast.describe('crm.import_refusal', 'Lines that an import refused, with the reason', $$
                import_id: the import, in crm.import [id]
                line: number of the line in the file, from 1 [count]
                field: the field at fault
                reason: what was expected
                content: the line, cut at 10,000 characters
            $$);

            create table crm.audit (
                id bigint generated always as identity,
                happened_at timestamptz not null default now(),
                actor text not null,
                verb text not null,
                object text not null,
                detail jsonb not null default '{}',
                primary key (id, happened_at)
            ) partition by range (happened_at);
            call holdfast.describe('crm.audit', 'Who changed what, when', $$
                id: identity [id]
                happened_at: when
                actor: the user or the key that did it
                verb: what was done
                object: to what
                detail: the change
            $$);
            insert into holdfast.partitioning values ('crm.audit', 'month', '62 days', '31 days', null);
            """#)
}
