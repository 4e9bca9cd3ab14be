extension SchemaObject {
    static let reportRfm = SchemaObject(
        sql: #"""
            create view report.rfm with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, r.recency || '-' || r.frequency || '-' || r.money as cell,
                (4 - r.recency) || '-' || (4 - r.frequency) || '-' || (4 - r.money) as cell_best_first, c.name as rfm_group,
                c.name_uk as rfm_group_uk, (now() at time zone 'UTC')::date - r.last_on as days, r.orders, r.spent_minor as spent, r.currency, r.since,
                k.customers >= 10000 as is_enough
            from risk.rfm r join crm.account a on a.id = r.account_id and a.merged_into is null
            join risk.rfm_cell c on (c.recency, c.frequency, c.money) = (r.recency, r.frequency, r.money)
            left join lateral (
                select k.customers from risk.rfm_cutoff k where k.currency = r.currency order by k.month desc limit 1
            ) k on true
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id;
            call holdfast.describe('report.rfm', 'Customers by how lately, how often and for how much they order, in thirds of all', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                cell: recency, frequency and money, each 1 to 3, 3 best
                cell_best_first: the same where 1 is best, as some count
                rfm_group: name of the group that the cell belongs to
                rfm_group_uk: the same in Ukrainian
                days: since the last order [days]
                orders: days with orders within 365 days [count]
                spent: orders of the 365 days, less refunds [minor units of currency]
                currency: ISO 4217 code
                since: since when it is in this cell
                is_enough: false below 10,000 customers, where most cells are too small to conclude from
            $$);
            """#)
}
