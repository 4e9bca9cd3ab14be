import Model

extension SchemaObject {
    /// What minor units of each currency are worth beside one another: to put amounts in an order, not to add them up.
    static let crmMoneyFactor = SchemaObject(
        sql: #"""
            create view crm.money_factor as
            with quoted as (
                select distinct on (currency, base) currency, base, rate from crm.exchange_rate
                where day <= (now() at time zone 'UTC')::date and day > (now() at time zone 'UTC')::date - 366
                order by currency, base, day desc
            ), worth as (
                select currency, base, rate, false as inverse from quoted
                union all select base, currency, 1 / rate, true from quoted
                union all select distinct base, base, 1, false from quoted
            ), common as (
                select base from quoted group by base order by count(*) desc, base limit 1
            ), rated as (
                select distinct on (c.currency) c.currency, c.rate / t.rate as rate
                from worth c join worth t on t.base = c.base join common m on t.currency = m.base
                order by c.currency, c.base <> m.base, c.inverse or t.inverse, c.base
            ), unusual (currency, digits) as (values \#(unusual))
            select currency, coalesce(r.rate, 1) * power(10::float8, 2 - coalesce(u.digits, 2)) as factor
            from rated r full join unusual u using (currency);
            call holdfast.describe('crm.money_factor', 'What a minor unit of each currency is worth beside those of others; one that is missing counts 1', $$
                currency: ISO 4217 code
                factor: hundredths of the currency in which most rates are, or of one unit where none is [hundredths a minor unit]
            $$);
            """#)

    private static let unusual = Money.unusualDigits.flatMap { digits, currencies in
        currencies.map { "('\($0)', \(digits))" }
    }.joined(separator: ", ")
}
