extension SchemaObject {
    /// What customers ask for, by votes and money.
    static let reportProductRequest = SchemaObject(
        sql: #"""
            create view report.product_request with (security_barrier) as
            with voted as (
                -- Of accounts that were merged, one vote.
                select distinct v.request_id, r.root_id from crm.request_vote v join crm.account_root r on r.account_id = v.account_id
            ), money as (
                select v.request_id, m.currency, sum(m.money_minor)::bigint as minor
                from voted v join crm.account_money m on m.account_id = v.root_id where m.currency is not null
                group by v.request_id, m.currency
            )
            select q.key as request, q.title, q.features, q.status, q.shipped_at, q.created_at,
                (select count(*) from voted v where v.request_id = q.id) as votes,
                (select jsonb_object_agg(m.currency, m.minor) from money m where m.request_id = q.id) as money
            from crm.product_request q;
            call holdfast.describe('report.product_request', 'What customers ask for, by votes and money', $$
                request: name in the API
                title: one line
                features: what part of the product it is about
                status: open, planned, shipped or declined
                shipped_at: since when there is what was asked for
                created_at: when it was first asked for
                votes: accounts that ask for it, each once [count]
                money: what these accounts are worth in a year, by currency, in minor units of it; null where none is worth any
            $$);
            """#)
}
