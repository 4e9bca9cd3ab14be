import Model
import Postgres

/// What kind of customer an account is, and for how long. Who has a contract and who just orders are lost by different rules,
/// so each kind learns from its own losses alone: one shared model would learn to tell the kinds apart, not who leaves.
struct Standing: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable, Codable {
        case contract, orders
    }

    let kind: Kind
    /// Since it first paid for a subscription or an order [days].
    let days: Int

    /// The first day of each period but the first [days].
    static let bounds = [90, 365, 1_095]
    static let periods = bounds.count + 1

    /// Part of its time as a customer: the first months are those in which most leave, whatever signals say.
    var period: Int { Self.bounds.firstIndex { days < $0 } ?? Self.bounds.count }

    /// As far as was known at the moment; none of accounts that never paid.
    static func read(
        _ accounts: [Int64], at moment: Moment, in connection: PostgresConnection
    ) async throws -> [Int64: Standing] {
        let rows = try await connection.query(
            """
            select account_id, bool_or(subscribed is not null) as has_contract,
                \(moment.today)::date - (min(least(ordered, subscribed)) at time zone 'UTC')::date as days
            from (
                select r.root_id as account_id,
                    (select min(o.occurred_at) from crm.account_order o
                        where o.account_id = r.account_id and o.amount_minor > 0 and \(fragment: moment.sees("o"))) as ordered,
                    (select min(least(c.started_at, \(moment.at))) from crm.subscription c
                        where c.account_id = r.account_id and exists (
                            select from crm.subscription_state s
                            where s.subscription_id = c.id and s.mrr_minor > 0 and \(fragment: moment.sees("s")))) as subscribed
                from crm.account_root r where r.root_id = any(\(accounts))
            ) paid where ordered is not null or subscribed is not null group by account_id
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let (account, hasContract, days) = try row.decode(Int64.self, Bool.self, Int.self)
                return (account, Standing(kind: hasContract ? .contract : .orders, days: days))
            })
    }
}
