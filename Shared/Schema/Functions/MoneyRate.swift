import Model

extension SchemaObject {
    /// Rates between currencies, directly, inversely or through a common base.
    static let moneyRate = SchemaObject(
        sql: #"""
            create function crm.money_rate(target text, at date) returns table (currency text, factor double precision)
            language sql stable security definer set search_path = pg_catalog, pg_temp as $$
                with quoted as (
                    select distinct on (q.currency, q.base) q.currency, q.base, q.rate from crm.exchange_rate q
                    where q.day <= at and q.day > at - \#(Money.rateDays)
                    order by q.currency, q.base, q.day desc
                ), worth as (
                    select currency, base, rate, false as inverse from quoted
                    union all select base, currency, 1 / rate, true from quoted
                    union all select distinct base, base, 1, false from quoted
                ), unusual (currency, digits) as (values \#(unusualDigits))
                select target, 1::float8
                union all
                (select distinct on (c.currency) c.currency,
                    c.rate / t.rate * power(10::float8, coalesce(d.digits, 2) - coalesce(u.digits, 2))
                from worth c join worth t on t.base = c.base and t.currency = target
                left join unusual u on u.currency = c.currency left join unusual d on d.currency = target
                where c.currency <> target
                order by c.currency, c.base <> target, c.inverse or t.inverse, c.base)
            $$;
            comment on function crm.money_rate is
                'By how much minor units of each currency are to be multiplied for minor units of the target, by the rates of that day; a currency without one is missing';
            """#)

    /// Currencies whose minor unit isn't a hundredth, with its decimal digits, as values of SQL.
    static let unusualDigits = Money.unusualDigits.flatMap { digits, currencies in
        currencies.map { "('\($0)', \(digits))" }
    }.joined(separator: ", ")
}
