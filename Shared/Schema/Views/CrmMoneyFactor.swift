import Model

extension SchemaObject {
    /// What minor units of each currency are worth beside one another: to put amounts in an order, not to add them up.
    static let crmMoneyFactor = SchemaObject(
        sql: #"""
            create view crm.money_factor as
            with common as (
                select base from crm.exchange_rate
                where day <= (now() at time zone 'UTC')::date and day > (now() at time zone 'UTC')::date - \#(Money.rateDays)
                group by base order by count(distinct currency) desc, base limit 1
            ), unusual (currency, digits) as (values \#(unusualDigits)), rated as (
                select r.currency, r.factor * power(10::float8, 2 - coalesce(u.digits, 2)) as factor
                from common c left join unusual u on u.currency = c.base
                cross join lateral crm.money_rate(c.base, (now() at time zone 'UTC')::date) r
            )
            select currency, coalesce(r.factor, power(10::float8, 2 - u.digits)) as factor
            from rated r full join unusual u using (currency);
            call holdfast.describe('crm.money_factor', 'What a minor unit of each currency is worth beside those of others; one that is missing counts 1', $$
                currency: ISO 4217 code
                factor: hundredths of the currency in which most rates are, or of one unit where none is [hundredths a minor unit]
            $$);
            """#)
}
