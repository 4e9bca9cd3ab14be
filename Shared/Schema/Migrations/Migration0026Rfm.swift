extension Migration {
    /// Customers by how lately, how often and for how much they order.
    static let rfm = Migration(
        number: 26, name: "rfm",
        sql: #"""
            create table risk.rfm_cell (
                recency smallint not null check (recency between 1 and 3),
                frequency smallint not null check (frequency between 1 and 3),
                money smallint not null check (money between 1 and 3),
                name text not null,
                name_uk text not null,
                primary key (recency, frequency, money)
            );
            call holdfast.describe('risk.rfm_cell', 'The 27 cells and the groups that they belong to; 3 is best', $$
                recency: 3 ordered lately, 1 long ago [rank]
                frequency: 3 orders often, 1 seldom [rank]
                money: 3 orders for much, 1 for little [rank]
                name: the group in English
                name_uk: the group in Ukrainian
            $$);
            insert into risk.rfm_cell values
                (1, 1, 1, 'lost', 'втрачені'), (1, 1, 2, 'lost', 'втрачені'), (1, 1, 3, 'lost big', 'втрачені великі'),
                (1, 2, 1, 'at risk', 'під загрозою'), (1, 2, 2, 'at risk', 'під загрозою'), (1, 2, 3, 'at risk', 'під загрозою'),
                (1, 3, 1, 'at risk', 'під загрозою'), (1, 3, 2, 'at risk', 'під загрозою'), (1, 3, 3, 'cannot lose', 'не втратити'),
                (2, 1, 1, 'about to sleep', 'засинають'), (2, 1, 2, 'about to sleep', 'засинають'), (2, 1, 3, 'about to sleep', 'засинають'),
                (2, 2, 1, 'needs attention', 'потребують уваги'), (2, 2, 2, 'needs attention', 'потребують уваги'), (2, 2, 3, 'needs attention', 'потребують уваги'),
                (2, 3, 1, 'loyal', 'вірні'), (2, 3, 2, 'loyal', 'вірні'), (2, 3, 3, 'loyal', 'вірні'),
                (3, 1, 1, 'new', 'нові'), (3, 1, 2, 'new', 'нові'), (3, 1, 3, 'new big', 'нові великі'),
                (3, 2, 1, 'promising', 'перспективні'), (3, 2, 2, 'promising', 'перспективні'), (3, 2, 3, 'promising', 'перспективні'),
                (3, 3, 1, 'loyal', 'вірні'), (3, 3, 2, 'loyal', 'вірні'), (3, 3, 3, 'champions', 'чемпіони');

            create table risk.rfm_cutoff (
                month date not null,
                currency text not null,
                recency_far integer not null,
                recency_near integer not null,
                frequency_low integer not null,
                frequency_high integer not null,
                money_low bigint not null,
                money_high bigint not null,
                customers bigint not null,
                left_out bigint not null,
                made_at timestamptz not null default now(),
                primary key (month, currency),
                check (recency_near <= recency_far and frequency_low >= 1 and frequency_high > frequency_low and money_low <= money_high)
            );
            call holdfast.describe('risk.rfm_cutoff', 'Where the cells begin and end: thirds of the customers at the month''s first look, then kept for the month', $$
                month: first day of the UTC month
                currency: ISO 4217 code of the customers'' orders
                recency_far: whose last order is older is 1 [days]
                recency_near: whose last order is no older is 3 [days]
                frequency_low: who ordered on no more days is 1 [count]
                frequency_high: who ordered on more days is 3 [count]
                money_low: who ordered for no more is 1 [minor units of currency]
                money_high: who ordered for more is 3 [minor units of currency]
                customers: who ordered in the 365 days before [count]
                left_out: who ordered in several currencies, and is in no cell [count]
                made_at: when the thirds were taken
            $$);

            create table risk.rfm (
                account_id bigint primary key,
                recency smallint not null,
                frequency smallint not null,
                money smallint not null,
                last_on date not null,
                orders integer not null,
                spent_minor bigint not null,
                currency text not null,
                since timestamptz not null default now(),
                foreign key (recency, frequency, money) references risk.rfm_cell
            );
            create index on risk.rfm (recency, frequency, money);
            call holdfast.describe('risk.rfm', 'The cell of each customer who ordered in the last 365 days', $$
                account_id: the account, in crm.account [id]
                recency: 3 ordered lately, 1 long ago [rank]
                frequency: 3 orders often, 1 seldom [rank]
                money: 3 orders for much, 1 for little [rank]
                last_on: UTC day of its last order
                orders: days with orders within 365 days [count]
                spent_minor: orders of the 365 days, less refunds [minor units of currency]
                currency: ISO 4217 code
                since: since when it is in this cell
            $$);

            create table risk.daily_pass (
                pass text primary key,
                day date not null,
                accounts bigint not null,
                done_at timestamptz not null default now()
            );
            call holdfast.describe('risk.daily_pass', 'What is done for all accounts once a day, and when it was last done', $$
                pass: what is done
                day: the UTC day for which it was last done
                accounts: of how many [count]
                done_at: when
            $$);
            """#)
}
