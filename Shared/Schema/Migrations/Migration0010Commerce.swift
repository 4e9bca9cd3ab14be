extension Migration {
    /// Orders that come as events. An event's own key is three columns and up to 200 characters, too long for 400 of them in
    /// a topic's payload: so each gets a number here, and the topic names that.
    static let commerce = Migration(
        number: 10, name: "commerce",
        sql: #"""
            create table usage.order_event (
                id bigint generated always as identity,
                subject_id bigint not null,
                message_id text not null check (length(message_id) between 1 and 200),
                sent_on date not null,
                received_at timestamptz not null default now(),
                primary key (id, received_at)
            ) partition by range (received_at);
            create index on usage.order_event (subject_id);
            call holdfast.describe('usage.order_event', 'Events about orders and checkouts, which order.received names', $$
                id: identity [id]
                subject_id: the subject, in usage.event [id]
                message_id: the message, in usage.event
                sent_on: the day as sent, in usage.event
                received_at: when it arrived
            $$);
            insert into holdfast.partitioning values ('usage.order_event', 'month', '62 days', '31 days', '90 days');

            create table crm.order_refusal (
                order_event_id bigint primary key,
                account_id bigint references crm.account,
                event text not null check (length(event) between 1 and 200),
                order_key text,
                reason text not null,
                occurred_at timestamptz not null,
                noted_at timestamptz not null default now()
            );
            create index on crm.order_refusal (order_key);
            create index on crm.order_refusal (account_id);
            create index on crm.order_refusal (noted_at);
            call holdfast.describe('crm.order_refusal', 'Events about orders that no order could be made of; the events themselves are kept', $$
                order_event_id: the event, in usage.order_event [id]
                account_id: the account, in crm.account; null where nobody knows yet whose it is [id]
                event: name of the event
                order_key: the order that it names
                reason: what is missing, and where
                occurred_at: when it happened
                noted_at: when this was found
            $$);
            """#)
}
