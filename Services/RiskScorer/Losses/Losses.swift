import Foundation
import Jobs
import Model
import Postgres

/// Keeps `risk.loss` as contracts and orders have it, and tells of who was lost and who came back.
struct Losses: Sendable {
    let rule: LossRule

    /// Looks at these accounts again, in the transaction that is open, which holds their `AccountLock`. What somebody said by
    /// hand stays, and nothing is derived behind it until the account has come back.
    func refresh(_ accounts: [Int64], at moment: Moment, in connection: PostgresConnection) async throws {
        if accounts.isEmpty { return }
        let rows = try await connection.query(
            """
            with member as materialized (
                select r.root_id as account_id, r.account_id as member_id from crm.account_root r
                where r.root_id = any(\(accounts))
            ), derived as materialized (\(fragment: rule.rows(moment))), former as materialized (
                select * from risk.loss where account_id = any(\(accounts))
            ), wanted as materialized (
                select d.* from derived d where not exists (
                    select from former h where h.account_id = d.account_id and h.source = 'hand'
                        and h.lost_at <= d.lost_at and (h.returned_at is null or h.returned_at > d.lost_at))
            ), gone as (
                delete from risk.loss l where l.account_id = any(\(accounts)) and l.source <> 'hand'
                    and not exists (select from wanted w where w.account_id = l.account_id and w.lost_at = l.lost_at)
            ), written as (
                insert into risk.loss as l (account_id, lost_at, source, kind, reason, orders, first_at, last_at, money_minor,
                    currency, returned_at)
                select account_id, lost_at, source, kind, reason, orders, first_at, last_at, money_minor, currency, returned_at
                from wanted order by account_id, lost_at
                on conflict (account_id, lost_at) do update set source = excluded.source, kind = excluded.kind,
                    reason = excluded.reason, orders = excluded.orders, first_at = excluded.first_at,
                    last_at = excluded.last_at, money_minor = excluded.money_minor, currency = excluded.currency,
                    returned_at = excluded.returned_at
                where l.source <> 'hand' and (l.source, l.kind, l.reason, l.orders, l.first_at, l.last_at, l.money_minor,
                        l.currency, l.returned_at)
                    is distinct from (excluded.source, excluded.kind, excluded.reason, excluded.orders, excluded.first_at,
                        excluded.last_at, excluded.money_minor, excluded.currency, excluded.returned_at)
            )
            -- News is what an account is now and was not, whatever its rows were called before.
            select a.account_id, not a.is_lost as is_back from (
                select n.account_id, exists (
                        select from wanted w where w.account_id = n.account_id and w.kind <> 'asleep' and w.returned_at is null
                    ) or h.is_open as is_lost, exists (
                        select from former f where f.account_id = n.account_id and f.kind <> 'asleep' and f.returned_at is null
                    ) as was_lost, (
                        select max(w.lost_at) from wanted w where w.account_id = n.account_id and w.kind <> 'asleep'
                    ) as lost_at
                from (select account_id from wanted union select account_id from former) n
                cross join lateral (
                    select exists (select from former f where f.account_id = n.account_id and f.source = 'hand'
                        and f.returned_at is null) as is_open
                ) h
            ) a
            where a.is_lost <> a.was_lost
                and (not a.is_lost or a.lost_at > \(moment.at) - \(LossRule.newsDays)::int * interval '1 day')
            """)
        let told = try rows.map { try $0.decode(Int64.self, Bool.self) }
        try await publish(.accountLost, told.filter { !$0.1 }.map(\.0), in: connection)
        try await publish(.accountReturned, told.filter(\.1).map(\.0), in: connection)
        try await comeBack(accounts, at: moment, in: connection)
    }

    /// Says by hand that an account is lost. One that is lost already keeps its loss.
    /// - Returns: whether this changed anything.
    func set(
        _ account: Int64, at: Date, reason: String?, words: String?, in connection: PostgresConnection
    ) async throws -> Bool {
        let made = try await connection.execute(
            """
            insert into risk.loss (account_id, lost_at, source, kind, reason, words, orders, first_at, last_at, money_minor,
                currency)
            select \(account), \(at), 'hand', 'hand', \(reason), \(words), b.orders, least(b.first_at, s.first_at),
                case when s.first_at is null then coalesce(b.last_at, \(at)) else \(at) end, m.money_minor, m.currency
            from (select \(account)::bigint as account_id) c \(fragment: AccountMoney.joined(to: "c"))
            cross join (
                select count(distinct (o.occurred_at at time zone 'UTC')::date)::int as orders, min(o.occurred_at) as first_at,
                    max(o.occurred_at) as last_at
                from crm.account_root r join crm.account_order o on o.account_id = r.account_id
                where r.root_id = \(account) and o.amount_minor > 0 and o.occurred_at <= \(at)
            ) b
            cross join (
                select min(c.started_at) as first_at from crm.account_root r
                join crm.subscription c on c.account_id = r.account_id and c.started_at <= \(at)
                where r.root_id = \(account)
            ) s
            where not exists (select from risk.loss l where l.account_id = \(account) and l.kind <> 'asleep'
                and l.lost_at <= \(at) and (l.returned_at is null or l.returned_at > \(at)))
            on conflict (account_id, lost_at) do nothing
            """)
        if made > 0 { try await publish(.accountLost, [account], in: connection) }
        return made > 0
    }

    /// Who was said to be lost and orders or has a contract that began later is back.
    private func comeBack(_ accounts: [Int64], at moment: Moment, in connection: PostgresConnection) async throws {
        let back = try await connection.query(
            """
            update risk.loss l set returned_at = b.at from (
                select h.account_id, h.lost_at, min(n.at) as at from risk.loss h
                join crm.account_root r on r.root_id = h.account_id
                cross join lateral (
                    select o.occurred_at as at from crm.account_order o
                    where o.account_id = r.account_id and o.amount_minor > 0 and o.occurred_at > h.lost_at
                        and \(fragment: moment.sees("o"))
                    union all
                    select c.started_at from crm.subscription c
                    join crm.subscription_state s on s.subscription_id = c.id and s.status in ('active', 'past_due')
                        and s.mrr_minor > 0 and \(fragment: moment.sees("s"))
                    where c.account_id = r.account_id and c.started_at > h.lost_at
                ) n
                where h.account_id = any(\(accounts)) and h.source = 'hand' and h.returned_at is null
                group by h.account_id, h.lost_at
            ) b where l.account_id = b.account_id and l.lost_at = b.lost_at
            returning l.account_id
            """)
        try await publish(.accountReturned, try back.map { try $0["account_id"] }, in: connection)
    }

    private func publish(_ topic: Topic, _ accounts: [Int64], in connection: PostgresConnection) async throws {
        try await Queue.publish(topic, ids: Set(accounts), in: connection) { AccountsTouched(accounts: $0) }
    }
}
