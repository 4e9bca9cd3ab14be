import Model
import Postgres

/// What kind of customer an account is, and where in its time as one. Who has a contract and who just orders are lost by different rules,
/// so each kind learns from its own losses alone: one shared model would learn to tell the kinds apart, not who leaves.
struct Standing: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable, Codable {
        case contract, orders
    }

    let kind: Kind
    /// With a contract since it first paid; of orders how many are left in which one may come before none counts as lost, today
    /// among them; 0 or less of one that is lost [days].
    let days: Int

    /// How many periods there are, at most.
    static let periods = 6

    /// The first day of each period but the first [days]. With a contract the first months are those in which most leave,
    /// whatever signals say. Who orders can't be lost before no order has come for long enough: more days left than the
    /// horizon has are safety.
    private var bounds: [Int] { kind == .contract ? [90, 365, 1_095] : [16, 31, 46, 61, 91] }

    var period: Int { bounds.firstIndex { days < $0 } ?? bounds.count }

    /// As far as was known at the moment; none of accounts that never paid.
    static func read(
        _ accounts: [Int64], at moment: Moment, _ rule: LossRule, in connection: PostgresConnection
    ) async throws -> [Int64: Standing] {
        let rows = try await connection.query(
            """
            select account_id, bool_or(subscribed is not null) as has_contract,
                case when bool_or(subscribed is not null)
                    then \(moment.today)::date - (min(least(ordered, subscribed)) at time zone 'UTC')::date
                    else \(rule.lostAfterDays)::int + 1 - (\(moment.today)::date - (max(last) at time zone 'UTC')::date) end as days
            from (
                select r.root_id as account_id, o.first as ordered, o.last,
                    (select min(least(c.started_at, \(moment.at))) from crm.subscription c
                        where c.account_id = r.account_id and exists (
                            select from crm.subscription_state s
                            where s.subscription_id = c.id and \(fragment: LossRule.isKept("s")) and \(fragment: moment.sees("s")))) as subscribed
                from crm.account_root r
                left join lateral (
                    select min(o.occurred_at) as first, max(o.occurred_at) as last from crm.account_order o
                    where o.account_id = r.account_id and o.amount_minor > 0 and \(fragment: moment.sees("o"))
                ) o on true
                where r.root_id = any(\(accounts))
            ) paid where ordered is not null or subscribed is not null group by account_id
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let (account, hasContract, days) = try row.decode(Int64.self, Bool.self, Int.self)
                return (account, Standing(kind: hasContract ? .contract : .orders, days: days))
            })
    }
}
