import Model
import Postgres

/// Conversion of minor units to one currency, by the rate of the day of evaluation.
package enum ExchangeRate {
    /// The name of the common table expression (currency, factor).
    static func name(_ target: String) -> String { "rate_\(target)" }

    /// Factor from minor units of each currency to minor units of `target`: directly, inversely or through a common base.
    static func table(_ target: String, _ moment: Moment) -> SQL {
        """
        \(identifier: name(target)) as materialized (select * from crm.money_rate(\(target), \(fragment: moment.today)))
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
}
