import Postgres

/// What accounts are worth in a year, and whose they are, as `crm.account_money` and `crm.current_owner` say, looked up account
/// by account: those views group everybody's rows, which for a few accounts of a million takes seconds.
enum AccountMoney {
    /// Joins `m` with money_minor and currency, null where it is in several, to a row with account_id.
    static func joined(to row: SQL) -> SQL {
        """
        left join lateral (
            select case when sum(k.minor) filter (where k.is_contract) > 0
                    then case when min(k.currency) filter (where k.is_contract) = max(k.currency) filter (where k.is_contract)
                        then sum(k.minor) filter (where k.is_contract)::bigint end
                    else case when min(k.currency) = max(k.currency) then greatest(sum(k.minor), 0)::bigint end end as money_minor,
                coalesce(min(k.currency) filter (where k.is_contract), min(k.currency)) as currency
            from crm.account_root r cross join lateral (
                select t.mrr_minor * 12 as minor, t.currency, true as is_contract
                from crm.subscription s cross join lateral (
                    select t.* from crm.subscription_state t where t.subscription_id = s.id and t.occurred_at <= now()
                    order by t.occurred_at desc, t.id desc limit 1
                ) t
                where s.account_id = r.account_id and t.mrr_minor > 0 and (t.status in ('active', 'past_due', 'paused')
                    or t.status = 'cancelled' and t.renews_at > now())
                union all
                select o.amount_minor, o.currency, false from crm.account_order o
                where o.account_id = r.account_id and o.occurred_at > now() - interval '365 days' and o.occurred_at <= now()
            ) k
            where r.root_id = \(fragment: row).account_id
        ) m on true
        """
    }

    /// Joins `o` with user_id to a row with account_id.
    static func owner(of row: SQL) -> SQL {
        """
        left join lateral (
            select o.user_id from crm.account_root r join crm.account_owner o on o.account_id = r.account_id
            where r.root_id = \(fragment: row).account_id and o.occurred_at <= now()
            order by (o.account_id = r.root_id) desc, o.occurred_at desc, o.id desc limit 1
        ) o on true
        """
    }
}
