extension SchemaObject {
    /// What customers are expected to order, and what they are worth.
    static let reportPurchase = SchemaObject(
        sql: #"""
            create view report.purchase with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, p.orders, p.first_on, p.last_on, p.alive, p.expected_30, p.expected_90,
                p.expected_365, p.spend_minor as spend, round(p.expected_90 * p.spend_minor)::bigint as revenue_90, p.currency
            from risk.purchase p join crm.account a on a.id = p.account_id and a.merged_into is null
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id;
            call holdfast.describe('report.purchase', 'Customers without contracts and what they are expected to order: rank by expected_90, not by alive', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                orders: days with orders, ever [count]
                first_on: UTC day of its first order
                last_on: UTC day of its last order
                alive: that it has not stopped for good; null for who ordered once, of whom nothing tells [probability]
                expected_30: purchases within 30 days [count]
                expected_90: purchases within 90 days [count]
                expected_365: purchases within 365 days [count]
                spend: what a purchase of it is worth on average [minor units of currency]
                revenue_90: the purchases of 90 days times that [minor units of currency]
                currency: ISO 4217 code
            $$);

            create view report.purchase_model with (security_barrier) as
            select distinct on (m.currency) m.currency, m.as_of, m.kind, m.r, m.alpha, m.a, m.b, m.p, m.q, m.gamma, m.mean_minor as mean,
                m.customers, m.repeaters, m.note
            from risk.purchase_model m order by m.currency, m.as_of desc;
            call holdfast.describe('report.purchase_model', 'The models of purchases that hold now', $$
                currency: ISO 4217 code of the orders
                as_of: the UTC day up to which orders were looked at
                kind: bgnbd, or nbd where the orders show nobody dropping out
                r: shape of the rates of buying [ratio]
                alpha: rate of the rates of buying [weeks]
                a: first parameter of dropping out; null in nbd [ratio]
                b: second parameter of dropping out; null in nbd [ratio]
                p: shape of a customer's amounts; null where too few bought again to say [ratio]
                q: shape of the customers' means [ratio]
                gamma: scale of the customers' means [minor units of currency]
                mean: mean amount of a day with orders [minor units of currency]
                customers: who were fitted on [count]
                repeaters: those of them that ordered on several days [count]
                note: what to know before trusting it
            $$);

            create view report.lifetime_value with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, coalesce(m.basis, 'orders') as basis, coalesce(m.money_minor, 0) as money,
                coalesce(m.currency, p.currency) as currency, case when m.basis = 'mrr' then round(m.money_minor / 12.0 * case when x.kept < 1 then (1 - x.kept ^ 36) / (1 - x.kept) else 36 end)::bigint
                    else p.lifetime_minor end as lifetime
            from crm.account a
            left join crm.account_money m on m.account_id = a.id and m.money_minor > 0
            left join risk.purchase p on p.account_id = a.id
            left join risk.score s on s.account_id = a.id and s.horizon_days = 90
            cross join lateral (select power(1 - s.probability, 1 / 3.0) * power(1.1, -1 / 12.0) as kept) x
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id
            where a.merged_into is null and (m.account_id is not null or p.account_id is not null);
            call holdfast.describe('report.lifetime_value', 'What customers will bring in three years, at 10 % a year: revenue, not margin', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                basis: mrr or orders
                money: worth in a year as it is now [minor units of currency]
                currency: ISO 4217 code
                lifetime: by mrr, each month's times the chance that it stays until then, as the risk of 90 days has it; by orders, the purchases that are expected; null where neither is known [minor units of currency]
            $$);
            """#)
}
