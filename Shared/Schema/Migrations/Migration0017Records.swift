extension Migration {
    /// Custom fields, loss reasons, deals, leads and what else a card tells of an account. Values of custom fields stand in the
    /// row that they belong to: a segment reads them while it reads the account, without a join.
    static let records = Migration(
        number: 17, name: "records",
        sql: #"""
            alter table crm.account
                add city text check (length(city) <= 200),
                add employees integer check (employees >= 0),
                add domain text check (length(domain) <= 253),
                add preferred_channel text check (preferred_channel ~ '^[a-z][a-z_]{0,30}$'),
                add came_for text check (length(came_for) <= 2000),
                add strategy text check (length(strategy) <= 2000),
                add do_not_disturb_until timestamptz,
                add lead boolean not null default false,
                add became_customer_at timestamptz,
                add fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
                add search text generated always as
                    (lower(translate(name || ' ' || key, '’ʼ‘`', '''''''''') collate "und-x-icu")) stored;
            call holdfast.describe('crm.account', 'The customer: a company or a person', $$
                city: its place
                employees: how many people work there [count]
                domain: its domain on the internet, without www
                preferred_channel: by which channel it wants to be talked to
                came_for: what it came for, in its own words
                strategy: what it wants to reach itself
                do_not_disturb_until: nobody writes or calls until then, except about service
                lead: true until its first won deal, for one that never bought
                became_customer_at: when a lead won its first deal; null for one that never was a lead
                fields: values of custom fields, by the keys in crm.field
                search: name and key for searching: small letters, one kind of apostrophe
            $$);

            alter table crm.contact
                add do_not_disturb_until timestamptz,
                add fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
                add search text generated always as
                    (lower(translate(name || ' ' || key, '’ʼ‘`', '''''''''') collate "und-x-icu")) stored;
            call holdfast.describe('crm.contact', 'A person at an account', $$
                do_not_disturb_until: nobody writes or calls until then, except about service
                fields: values of custom fields, by the keys in crm.field
                search: name and key for searching: small letters, one kind of apostrophe
            $$);

            create table crm.field (
                id bigint generated always as identity primary key,
                object text not null check (object in ('account', 'contact', 'deal')),
                key text not null check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
                name text not null check (length(name) between 1 and 200),
                type text not null check (type in ('text', 'number', 'money', 'date', 'choice', 'multi_choice', 'bool')),
                choices text[] not null default '{}' check (cardinality(choices) <= 200),
                mandatory boolean not null default false,
                created_at timestamptz not null default now(),
                unique (object, key),
                check ((type in ('choice', 'multi_choice')) = (cardinality(choices) > 0))
            );
            call holdfast.describe('crm.field', 'Custom fields of accounts, contacts and deals', $$
                id: identity [id]
                object: what has it: account, contact or deal
                key: name in expressions, imports and the API
                name: name for people
                type: text, number, money, date, choice, multi_choice or bool
                choices: what can be chosen, for choice and multi_choice
                mandatory: true where a write that leaves it empty is refused
                created_at: when it was made
            $$);

            create table crm.loss_reason (
                key text primary key check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
                name text not null check (length(name) between 1 and 200),
                name_uk text not null check (length(name_uk) between 1 and 200),
                position integer not null,
                addressable boolean not null
            );
            call holdfast.describe('crm.loss_reason', 'Why customers leave and deals are lost: the reasons to choose from', $$
                key: name in the API, in imports and in segments
                name: name for people, in English
                name_uk: the same in Ukrainian
                position: place in lists, from 1 [rank]
                addressable: true where something can be done about it
            $$);

            alter table crm.subscription_state
                add loss_words text check (length(loss_words) <= 2000),
                add competitor text check (length(competitor) <= 200),
                add competitor_offer text check (length(competitor_offer) <= 1000);
            call holdfast.describe('crm.subscription_state', 'What a subscription was, from when', $$
                loss_reason: why it was cancelled, in crm.loss_reason; older rows may say it in free words
                loss_words: the same in the customer's words
                competitor: to whom the customer goes
                competitor_offer: price and terms there
            $$);

            create table crm.deal_stage (
                pipeline text not null default 'sales' check (pipeline ~ '^[a-z][a-z0-9_]{0,59}$'),
                key text not null check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
                name text not null check (length(name) between 1 and 200),
                position integer not null,
                kind text not null default 'open' check (kind in ('open', 'won', 'lost')),
                demands text[] not null default '{}',
                stalled_after interval check (stalled_after > interval '0'),
                primary key (pipeline, key)
            );
            call holdfast.describe('crm.deal_stage', 'Stages of the pipelines, the same for everyone', $$
                pipeline: the pipeline
                key: name in the API
                name: name for people
                position: place in the pipeline, from 1 [rank]
                kind: open, won or lost
                demands: custom fields of the deal that must be filled to get there
                stalled_after: a deal that stays longer is stalled; null never is
            $$);

            create table crm.deal (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                contact_id bigint references crm.contact,
                key text not null unique check (length(key) between 1 and 200),
                name text not null check (length(name) between 1 and 400),
                pipeline text not null default 'sales',
                owner_id bigint references crm.team_user,
                expected_on date,
                fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
                source text not null default 'api' check (length(source) between 1 and 60),
                created_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.deal (account_id);
            create index on crm.deal (contact_id);
            create index on crm.deal (owner_id);
            call holdfast.describe('crm.deal', 'A sale that is under way, won or lost', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                contact_id: whom it is talked over with, in crm.contact [id]
                key: the outside world's id for the deal
                name: name of the deal
                pipeline: the pipeline that it goes through, in crm.deal_stage
                owner_id: who leads it, in crm.team_user [id]
                expected_on: the day on which it should be won
                fields: values of custom fields, by the keys in crm.field
                source: where it came from: api, import, demo
                created_at: when it began
                known_at: when Holdfast learned of it
            $$);

            create table crm.deal_state (
                id bigint generated always as identity primary key,
                deal_id bigint not null references crm.deal,
                stage text not null,
                amount_minor bigint check (amount_minor >= 0),
                currency text check (currency ~ '^[A-Z]{3}$'),
                loss_reason text check (length(loss_reason) <= 200),
                loss_words text check (length(loss_words) <= 2000),
                competitor text check (length(competitor) <= 200),
                competitor_offer text check (length(competitor_offer) <= 1000),
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now(),
                check ((amount_minor is null) = (currency is null))
            );
            create index on crm.deal_state (deal_id, occurred_at desc, id desc);
            call holdfast.describe('crm.deal_state', 'At which stage a deal was, from when', $$
                id: identity [id]
                deal_id: the deal, in crm.deal [id]
                stage: the stage, in crm.deal_stage
                amount_minor: what it would bring [minor units of currency]
                currency: ISO 4217 code
                loss_reason: why it was lost, in crm.loss_reason
                loss_words: the same in the customer's words
                competitor: who won it
                competitor_offer: price and terms there
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            alter table crm.interaction add pinned_at timestamptz;
            create index on crm.interaction (account_id) where pinned_at is not null;
            call holdfast.describe('crm.interaction', 'Talks with the customer and notes about it', $$
                pinned_at: since when it stands first on the timeline; null where it doesn't
            $$);
            alter table crm.team_user drop constraint team_user_role_check;
            alter table crm.team_user add constraint team_user_role_check
                check (role in ('admin', 'manager', 'analyst', 'service', 'viewer'));
            call holdfast.describe('crm.team_user', 'Users: people who work here', $$
                role: admin, manager, analyst (reads and asks), service, or viewer as analysts were called before
            $$);
            """#)
}
