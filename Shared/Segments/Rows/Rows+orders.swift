import Postgres

extension Rows {
    /// All orders and refunds. Not cut at the longest window: an account that ordered before has 0 orders in it, one that
    /// never did has no data.
    static let orders = Rows(name: "orders") { reach, moment in
        """
        member m
        join crm.account_order o on o.account_id = m.member_id and \(fragment: moment.sees("o"))\
        \(fragment: ExchangeRate.joins(reach, on: "o.currency"))
        """
    }
}
