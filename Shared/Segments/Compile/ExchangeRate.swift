import Model
import Postgres

/// Conversion of minor units to one currency, by the rate of the day of evaluation.
package enum ExchangeRate {
    /// A rate holds until there is a newer one, which who says rates by hand does once in a while; one that is older than
    /// this says nothing about today [days].
    package static let oldest = 366

    /// The name of the common table expression (currency, factor).
    static func name(_ target: String) -> String { "rate_\(target)" }

    /// Factor from minor units of each currency to minor units of `target`: directly, inversely or through a common base.
    static func table(_ target: String, _ moment: Moment) -> SQL {
        """
        \(identifier: name(target)) as materialized (
            with quoted as (
                select distinct on (currency, base) currency, base, rate from crm.exchange_rate
                where day <= \(fragment: moment.today) and day > \(fragment: moment.today) - \(oldest)::int
                order by currency, base, day desc
            ), worth as (
                select currency, base, rate, false as inverse from quoted
                union all select base, currency, 1 / rate, true from quoted
                union all select distinct base, base, 1, false from quoted
            )
            select \(target)::text as currency, 1::float8 as factor
            union all
            (select distinct on (c.currency) c.currency,
                c.rate / t.rate * power(10::float8, \(Money.digits(of: target)) - \(fragment: digits("c.currency")))
            from worth c join worth t on t.base = c.base and t.currency = \(target)
            where c.currency <> \(target)
            order by c.currency, c.base <> \(target), c.inverse or t.inverse, c.base))
        """
    }

    /// The factor from a currency to `target`, for where nothing is joined; null without a rate.
    static func factor(_ currency: SQL, to target: String) -> SQL {
        "(select r.factor from \(identifier: name(target)) r where r.currency = \(fragment: currency))"
    }

    /// Joins the tables of all currencies asked for.
    static func joins(_ reach: Reach, on column: SQL) -> SQL {
        var joins: SQL = ""
        for currency in reach.currencies.sorted() {
            let table: SQL = "\(identifier: name(currency))"
            joins += " left join \(fragment: table) on \(fragment: table).currency = \(fragment: column)"
        }
        return joins
    }

    /// Decimal digits of a currency's minor unit, as in `Money.digits(of:)`.
    private static func digits(_ column: SQL) -> SQL {
        var cases: SQL = "case"
        for (digits, currencies) in Money.unusualDigits {
            cases += " when \(fragment: column) = any(\(currencies)) then \(digits)"
        }
        return "\(fragment: cases) else 2 end"
    }
}
