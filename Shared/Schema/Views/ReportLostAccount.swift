extension SchemaObject {
    /// Who was lost, and whom it is worth to win back.
    static let reportLostAccount = SchemaObject(
        sql: #"""
            create view report.lost_account with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, l.lost_at, l.kind, l.source, l.reason, l.words, l.orders, l.first_at,
                l.last_at, l.money_minor as money, l.currency, l.returned_at
            from risk.loss l join crm.account a on a.id = l.account_id and a.merged_into is null
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id;
            call holdfast.describe('report.lost_account', 'Accounts that were lost, when and how, also those that came back', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                lost_at: when it was lost
                kind: contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand
                source: contract, orders, or hand where somebody said so
                reason: key of the reason
                words: what was said by hand
                orders: days with orders until then [count]
                first_at: when it was won
                last_at: when it last had a contract or ordered
                money: what it was worth in a year [minor units of currency]
                currency: ISO 4217 code
                returned_at: when it came back; null while it is lost
            $$);

            create view report.win_back with (security_barrier) as
            with lost as (
                select distinct on (l.account_id) l.* from risk.loss l
                join crm.account a on a.id = l.account_id and a.merged_into is null and a.erased_at is null
                where l.returned_at is null order by l.account_id, l.lost_at desc
            ), known as (
                select l.*, l.last_at - l.first_at as stayed, (
                    select count(*) from crm.account_root r join crm.subscription s on s.account_id = r.account_id
                    join crm.subscription_state t on t.subscription_id = s.id and t.status = 'active' where r.root_id = l.account_id
                ) as terms, (
                    select coalesce(sum(o.amount_minor) filter (where o.occurred_at > l.last_at - interval '180 days'), 0)
                        > coalesce(sum(o.amount_minor) filter (where o.occurred_at <= l.last_at - interval '180 days'), 0)
                    from crm.account_root r join crm.account_order o on o.account_id = r.account_id
                    where r.root_id = l.account_id and o.occurred_at > l.last_at - interval '360 days'
                        and o.occurred_at < l.last_at + interval '1 day'
                ) as grew, (
                    select count(*) from crm.account_root r join crm.ticket k on k.account_id = r.account_id
                    where r.root_id = l.account_id and k.feedback = 'bad'
                ) as complaints
                from lost l
            ), weighed as (
                select k.*, percent_rank() over (order by k.money_minor * coalesce(f.factor, 1) nulls first) as by_money,
                    percent_rank() over (order by greatest(k.orders, k.terms)) as by_frequency,
                    percent_rank() over (order by k.stayed nulls first) as by_stay
                from known k left join crm.money_factor f using (currency)
            )
            select a.key as account_key, a.name, u.name as owner, w.kind, w.reason, r.addressable, w.lost_at, w.money_minor as money,
                w.currency, w.orders, w.terms, coalesce(w.grew, false) as grew, w.complaints,
                round((40 * w.by_money + 25 * w.by_frequency + 15 * w.by_stay + case when w.grew then 10 else 0 end
                    + 10.0 / (1 + w.complaints))::numeric)::integer as worth
            from weighed w join crm.account a on a.id = w.account_id
            left join crm.loss_reason r on r.key = w.reason
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id;
            call holdfast.describe('report.win_back', 'Lost accounts that have not come back, and how much each is worth winning back', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                kind: contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand
                reason: key of the reason
                addressable: whether the reason is one that we can do something about
                lost_at: when it was lost
                money: what it was worth in a year [minor units of currency]
                currency: ISO 4217 code
                orders: days with orders until then [count]
                terms: times that a subscription was made, changed or renewed [count]
                grew: whether it ordered more in its last 180 days than in the 180 before
                complaints: tickets with bad feedback [count]
                worth: 40 by the rank of its money, 25 of its frequency, 15 of its stay, 10 where it grew, 10 less the more it complained [points of 100]
            $$);
            """#)
}
