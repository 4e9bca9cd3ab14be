// Over 200 lines: one schema in one place, most of it the comments that operators read.
extension Migration {
    /// Tickets with their targets in working hours, invoices, order lines, product requests and goals.
    static let service = Migration(
        number: 18, name: "service",
        sql: #"""
            create table crm.calendar (
                key text primary key check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
                time_zone text not null check (length(time_zone) <= 64)
            );
            call holdfast.describe('crm.calendar', 'Working hours by which targets are counted', $$
                key: name of the calendar
                time_zone: IANA name of the time zone of its hours
            $$);

            create table crm.calendar_hours (
                calendar text not null references crm.calendar on delete cascade,
                weekday smallint not null check (weekday between 1 and 7),
                opens time not null,
                closes time not null check (closes > opens),
                primary key (calendar, weekday, opens)
            );
            call holdfast.describe('crm.calendar_hours', 'When people work, by the day of the week; hours of a day do not overlap', $$
                calendar: the calendar, in crm.calendar
                weekday: 1 is Monday, 7 is Sunday [ISO 8601 day]
                opens: from when
                closes: until when; 24:00 is midnight
            $$);

            create table crm.calendar_holiday (
                calendar text not null references crm.calendar on delete cascade,
                day date not null,
                name text check (length(name) <= 200),
                primary key (calendar, day)
            );
            call holdfast.describe('crm.calendar_holiday', 'Days on which nobody works', $$
                calendar: the calendar, in crm.calendar
                day: the day
                name: what it is called
            $$);

            create table crm.ticket_target (
                priority text primary key check (priority in ('low', 'normal', 'high', 'urgent')),
                first_response interval not null check (first_response > interval '0'),
                resolution interval not null check (resolution > interval '0'),
                calendar text not null references crm.calendar
            );
            call holdfast.describe('crm.ticket_target', 'In how many working hours tickets are to be answered and solved', $$
                priority: low, normal, high or urgent
                first_response: working time until the first answer
                resolution: working time until it is solved
                calendar: by which the time is counted, in crm.calendar
            $$);

            create table crm.ticket (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                contact_id bigint references crm.contact,
                key text not null unique check (length(key) between 1 and 200),
                subject text not null check (length(subject) between 1 and 1000),
                priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
                channel text check (channel ~ '^[a-z][a-z_]{0,30}$'),
                first_answered_at timestamptz,
                feedback text check (feedback in ('good', 'bad')),
                feedback_words text check (length(feedback_words) <= 10000),
                feedback_at timestamptz,
                occurred_at timestamptz not null,
                known_at timestamptz not null default now(),
                historical boolean not null default false,
                source text not null default 'api' check (length(source) between 1 and 60)
            );
            create index on crm.ticket (account_id, occurred_at);
            create index on crm.ticket (contact_id);
            call holdfast.describe('crm.ticket', 'Requests for help', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                contact_id: who asked, in crm.contact [id]
                key: the outside world's id for the ticket
                subject: one line
                priority: low, normal, high or urgent
                channel: by which it came
                first_answered_at: when a person first answered
                feedback: what the customer said of the service: good or bad
                feedback_words: in the customer's words
                feedback_at: when
                occurred_at: when it was opened
                known_at: when Holdfast learned of it
                historical: true where it came by a declared import of history
                source: where it came from: api, import, demo
            $$);

            create table crm.ticket_state (
                id bigint generated always as identity primary key,
                ticket_id bigint not null references crm.ticket,
                status text not null check (status in ('open', 'pending', 'solved', 'closed')),
                escalated boolean not null default false,
                occurred_at timestamptz not null default now(),
                known_at timestamptz not null default now()
            );
            create index on crm.ticket_state (ticket_id, occurred_at desc, id desc);
            call holdfast.describe('crm.ticket_state', 'What a ticket was, from when; open after solved is reopened', $$
                id: identity [id]
                ticket_id: the ticket, in crm.ticket [id]
                status: open, pending (waits for the customer), solved or closed
                escalated: true from when it was taken higher
                occurred_at: from when
                known_at: when Holdfast learned of it
            $$);

            create table crm.invoice (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                key text not null unique check (length(key) between 1 and 200),
                amount_minor bigint not null,
                currency text not null check (currency ~ '^[A-Z]{3}$'),
                issued_on date not null,
                due_on date not null check (due_on >= issued_on),
                paid_at timestamptz,
                voided_at timestamptz,
                known_at timestamptz not null default now(),
                historical boolean not null default false,
                source text not null default 'api' check (length(source) between 1 and 60)
            );
            create index on crm.invoice (account_id, due_on);
            call holdfast.describe('crm.invoice', 'Invoices; a credit note has a negative amount', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                key: the outside world's id for the invoice
                amount_minor: what is to be paid [minor units of currency]
                currency: ISO 4217 code
                issued_on: day of the invoice
                due_on: last day to pay it
                paid_at: when it was paid in full
                voided_at: since when it is void
                known_at: when Holdfast learned of it
                historical: true where it came by a declared import of history
                source: where it came from: api, import, demo
            $$);

            create table crm.order_line (
                order_id bigint not null references crm.account_order on delete cascade,
                line integer not null check (line between 1 and 1000),
                product text not null check (length(product) between 1 and 400),
                category text check (length(category) between 1 and 200),
                quantity integer not null default 1,
                amount_minor bigint not null,
                primary key (order_id, line)
            );
            call holdfast.describe('crm.order_line', 'What was ordered; amounts are in the currency of the order', $$
                order_id: the order, in crm.account_order [id]
                line: place in the order, from 1 [rank]
                product: what it is
                category: kind of product
                quantity: pieces; negative where they came back [count]
                amount_minor: what was paid for all of them [minor units of currency]
            $$);

            create table crm.product_request (
                id bigint generated always as identity primary key,
                key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
                title text not null check (length(title) between 1 and 1000),
                body text check (length(body) <= 10000),
                features text[] not null default '{}' check (cardinality(features) <= 100),
                status text not null default 'open' check (status in ('open', 'planned', 'shipped', 'declined')),
                shipped_at timestamptz,
                created_at timestamptz not null default now()
            );
            call holdfast.describe('crm.product_request', 'What customers want of the product', $$
                id: identity [id]
                key: name in the API
                title: one line
                body: the words
                features: what part of the product it is about
                status: open, planned, shipped or declined
                shipped_at: since when there is what was asked for
                created_at: when it was first asked for
            $$);

            create table crm.request_vote (
                request_id bigint not null references crm.product_request on delete cascade,
                account_id bigint not null references crm.account,
                contact_id bigint references crm.contact,
                channel text check (length(channel) <= 60),
                words text check (length(words) <= 2000),
                occurred_at timestamptz not null default now(),
                primary key (request_id, account_id)
            );
            create index on crm.request_vote (account_id);
            create index on crm.request_vote (contact_id);
            call holdfast.describe('crm.request_vote', 'Which accounts ask for it, each once', $$
                request_id: what is asked for, in crm.product_request [id]
                account_id: the account, in crm.account [id]
                contact_id: who asked, in crm.contact [id]
                channel: by which channel
                words: in the customer's words
                occurred_at: when
            $$);

            create table crm.goal (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                key text not null unique check (length(key) between 1 and 200),
                words text not null check (length(words) between 1 and 2000),
                due_on date,
                status text not null default 'open' check (status in ('open', 'reached', 'missed', 'dropped')),
                agreed_at timestamptz not null default now()
            );
            create index on crm.goal (account_id);
            call holdfast.describe('crm.goal', 'Goals agreed with the customer', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                key: the outside world's id for the goal
                words: what is to be reached, and how one can tell
                due_on: by which day
                status: open, reached, missed or dropped
                agreed_at: when it was agreed
            $$);

            create table crm.goal_review (
                id bigint generated always as identity primary key,
                goal_id bigint not null references crm.goal on delete cascade,
                progress smallint check (progress between 0 and 100),
                words text check (length(words) <= 10000),
                by_user_id bigint references crm.team_user,
                occurred_at timestamptz not null default now()
            );
            create index on crm.goal_review (goal_id, occurred_at desc);
            create index on crm.goal_review (by_user_id);
            call holdfast.describe('crm.goal_review', 'Reviews of goals together with the customer', $$
                id: identity [id]
                goal_id: the goal, in crm.goal [id]
                progress: how far it is [percent]
                words: what was found and agreed
                by_user_id: who held the review, in crm.team_user [id]
                occurred_at: when
            $$);
            """#)
}
