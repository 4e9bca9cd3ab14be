extension Migration {
    /// What customers without contracts are expected to order.
    static let purchases = Migration(
        number: 29, name: "purchases",
        sql: #"""
            create table risk.purchase_model (
                currency text not null,
                as_of date not null,
                kind text not null check (kind in ('bgnbd', 'nbd')),
                r double precision not null,
                alpha double precision not null,
                a double precision,
                b double precision,
                p double precision,
                q double precision,
                gamma double precision,
                mean_minor bigint not null,
                customers bigint not null,
                repeaters bigint not null,
                log_likelihood double precision not null,
                note text,
                made_at timestamptz not null default now(),
                primary key (currency, as_of),
                check ((kind = 'nbd') = (a is null) and (a is null) = (b is null)),
                check ((p is null) = (q is null) and (q is null) = (gamma is null))
            );
            call holdfast.describe('risk.purchase_model', 'How customers without contracts buy, fitted on their orders once a day and currency', $$
                currency: ISO 4217 code of the orders
                as_of: the UTC day up to which orders were looked at
                kind: bgnbd, or nbd where the orders show nobody dropping out
                r: shape of the rates of buying [ratio]
                alpha: rate of the rates of buying [weeks]
                a: first parameter of dropping out; null in nbd [ratio]
                b: second parameter of dropping out; null in nbd [ratio]
                p: shape of a customer's amounts; null where too few bought again to say [ratio]
                q: shape of the customers' means [ratio]
                gamma: scale of the customers' means [minor units of currency]
                mean_minor: mean amount of a day with orders [minor units of currency]
                customers: who were fitted on [count]
                repeaters: those of them that ordered on several days [count]
                log_likelihood: of the purchases [nats]
                note: what to know before trusting it
                made_at: when it was fitted
            $$);

            create table risk.purchase (
                account_id bigint primary key,
                currency text not null,
                orders integer not null check (orders > 0),
                first_on date not null,
                last_on date not null,
                alive double precision,
                expected_30 double precision not null,
                expected_90 double precision not null,
                expected_365 double precision not null,
                spend_minor bigint not null,
                lifetime_minor bigint not null
            );
            call holdfast.describe('risk.purchase', 'What each customer without a contract is expected to order; looked at once a day', $$
                account_id: the account, in crm.account [id]
                currency: ISO 4217 code
                orders: days with orders, ever [count]
                first_on: UTC day of its first order
                last_on: UTC day of its last order
                alive: that it has not stopped for good; null for who ordered once, of whom nothing tells [probability]
                expected_30: purchases within 30 days [count]
                expected_90: purchases within 90 days [count]
                expected_365: purchases within 365 days [count]
                spend_minor: what a purchase of it is worth on average [minor units of currency]
                lifetime_minor: purchases of three years, at 10 % a year [minor units of currency]
            $$);
            """#)
}
