import Model
import Postgres

/// For how long an account has been a customer: the first months are the ones in which most leave, whatever signals say. It is
/// the baseline of the hazard, so it moves where an account begins from and is no reason.
enum Tenure {
    /// The first day of each period but the first [days].
    static let bounds = [90, 365, 1_095]
    static let periods = bounds.count + 1

    /// - Parameter days: nil of those who never were a customer.
    static func period(_ days: Int?) -> Int? {
        days.map { days in bounds.firstIndex { days < $0 } ?? bounds.count }
    }

    /// Days since each first paid for a subscription or an order, as far as was known at the moment; of customers alone.
    static func days(
        _ accounts: [Int64], at moment: Moment, in connection: PostgresConnection
    ) async throws -> [Int64: Int] {
        let rows = try await connection.query(
            """
            select account_id, \(moment.today)::date - (min(since) at time zone 'UTC')::date as days from (
                select r.root_id as account_id, least(
                    (select min(o.occurred_at) from crm.account_order o
                        where o.account_id = r.account_id and o.amount_minor > 0 and \(fragment: moment.sees("o"))),
                    (select min(c.started_at) from crm.subscription c where c.account_id = r.account_id and exists (
                        select from crm.subscription_state s
                        where s.subscription_id = c.id and s.mrr_minor > 0 and \(fragment: moment.sees("s"))))) as since
                from crm.account_root r where r.root_id = any(\(accounts))
            ) bought where since <= \(moment.at) group by account_id
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { try $0.decode(Int64.self, Int.self) })
    }
}
