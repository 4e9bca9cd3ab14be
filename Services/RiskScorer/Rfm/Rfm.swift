import Model
import Postgres

/// Customers in 27 cells by recency, frequency and money, each in thirds, 3 best. Thirds are inclusive cut-offs, so that equal
/// customers are never told apart; they are taken once a month and kept, so that nobody changes cells because others moved.
struct Rfm: Sendable {
    /// [days]
    static let windowDays = 365
    /// With fewer customers, most of the 27 cells are too small to conclude anything from [customers].
    static let enough = 10_000

    /// Looks at all customers, unless that was done today.
    /// - Returns: how many changed cells; nil where there was nothing to do.
    @discardableResult
    static func refresh(_ moment: Moment, in connection: PostgresConnection) async throws -> Int? {
        let done = try await connection.first(
            "select from risk.daily_pass where pass = 'rfm' and day = \(moment.today)")
        if done != nil { return nil }
        try await connection.execute(
            """
            create temporary table bought (account_id bigint, last_on date, orders integer, spent_minor bigint, currency text,
                is_one boolean) on commit drop
            """)
        try await connection.execute(
            """
            insert into bought
            select account_id, max(day) filter (where most > 0), count(*) filter (where most > 0), sum(net), min(low),
                min(low) = max(high)
            from (
                select r.root_id as account_id, (o.occurred_at at time zone 'UTC')::date as day, max(o.amount_minor) as most,
                    sum(o.amount_minor) as net, min(o.currency) as low, max(o.currency) as high
                from crm.account_order o join crm.account_root r on r.account_id = o.account_id
                where \(fragment: moment.sees("o"))
                    and o.occurred_at >= (\(moment.today)::date - \(windowDays)::int)::timestamp at time zone 'UTC'
                group by 1, 2
            ) days
            where account_id in (select id from crm.account where erased_at is null)
            group by account_id having bool_or(most > 0)
            """)
        try await connection.execute("analyze bought")
        try await cutOffs(moment, in: connection)
        let changed = try await place(moment, in: connection)
        try await connection.execute(
            """
            insert into risk.daily_pass (pass, day, accounts) select 'rfm', \(moment.today), count(*) from bought
            on conflict (pass) do update set day = excluded.day, accounts = excluded.accounts, done_at = now()
            """)
        return changed
    }

    /// Takes the thirds of a month that has none.
    private static func cutOffs(_ moment: Moment, in connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            insert into risk.rfm_cutoff (month, currency, recency_far, recency_near, frequency_low, frequency_high, money_low,
                money_high, customers, left_out)
            select date_trunc('month', \(moment.today)::date)::date, currency, far, near, low, greatest(high, low + 1), little, much,
                customers, (select count(*) from bought where not is_one)
            from (
                select currency, count(*) as customers,
                    percentile_disc(1 / 3.0) within group (order by \(moment.today)::date - last_on) as near,
                    percentile_disc(2 / 3.0) within group (order by \(moment.today)::date - last_on) as far,
                    percentile_disc(1 / 3.0) within group (order by orders) as low,
                    percentile_disc(2 / 3.0) within group (order by orders) as high,
                    percentile_disc(1 / 3.0) within group (order by spent_minor) as little,
                    percentile_disc(2 / 3.0) within group (order by spent_minor) as much
                from bought where is_one group by currency
            ) thirds
            on conflict (month, currency) do nothing
            """)
    }

    private static func place(_ moment: Moment, in connection: PostgresConnection) async throws -> Int {
        try await connection.execute(
            "delete from risk.rfm r where not exists (select from bought b where b.account_id = r.account_id and b.is_one)"
        )
        let changed = try await connection.first(
            """
            with placed as (
                select b.account_id, (case when d.days <= c.recency_near then 3 when d.days <= c.recency_far then 2 else 1 end)::smallint as recency,
                    (case when b.orders > c.frequency_high then 3 when b.orders > c.frequency_low then 2 else 1 end)::smallint as frequency,
                    (case when b.spent_minor > c.money_high then 3 when b.spent_minor > c.money_low then 2 else 1 end)::smallint as money,
                    b.last_on, b.orders, b.spent_minor, b.currency
                from bought b cross join lateral (select \(moment.today)::date - b.last_on as days) d
                join risk.rfm_cutoff c on c.currency = b.currency and c.month = date_trunc('month', \(moment.today)::date)::date
                where b.is_one
            ), written as (
                insert into risk.rfm as r (account_id, recency, frequency, money, last_on, orders, spent_minor, currency, since)
                select p.*, \(moment.at) from placed p
                on conflict (account_id) do update set recency = excluded.recency, frequency = excluded.frequency,
                    money = excluded.money, last_on = excluded.last_on, orders = excluded.orders,
                    spent_minor = excluded.spent_minor, currency = excluded.currency,
                    since = case when (r.recency, r.frequency, r.money) = (excluded.recency, excluded.frequency, excluded.money)
                        then r.since else excluded.since end
                where (r.recency, r.frequency, r.money, r.last_on, r.orders, r.spent_minor, r.currency)
                    is distinct from (excluded.recency, excluded.frequency, excluded.money, excluded.last_on, excluded.orders,
                        excluded.spent_minor, excluded.currency)
                returning since = \(moment.at) as is_new
            )
            select count(*) filter (where is_new) as changed from written
            """)
        let count: Int64 = try changed?["changed"] ?? 0
        return Int(count)
    }
}
