import Model
import Postgres

/// Accounts that never bought, until their first deal is won.
enum Lead {
    /// Makes customers of the leads among the accounts of these won deals, each once.
    static func win(_ deals: [String], by actor: String, in connection: PostgresConnection) async throws {
        if deals.isEmpty { return }
        let rows = try await connection.query(
            """
            with won as (
                select r.root_id as id, min(t.occurred_at) as at
                from crm.deal d
                join crm.account_root r on r.account_id = d.account_id
                join crm.deal_state t on t.deal_id = d.id
                join crm.deal_stage s on s.pipeline = d.pipeline and s.key = t.stage and s.kind = 'won'
                where d.key = any(\(deals)) group by r.root_id
            ), held as (
                select a.id, w.at from won w join crm.account a on a.id = w.id where a.lead order by a.id for no key update of a
            ), changed as (
                update crm.account a set lead = false, became_customer_at = coalesce(a.became_customer_at, h.at)
                from held h where a.id = h.id and a.lead
                returning a.id, a.key, a.became_customer_at
            ), audited as (
                insert into crm.audit (actor, verb, object, detail)
                select \(actor), 'win', 'account ' || key, jsonb_build_object('from', jsonb_build_object('lead', true),
                    'to', jsonb_build_object('lead', false, 'became_customer_at', became_customer_at))
                from changed order by id
            )
            select id from changed
            """)
        try await Publication.accounts(try rows.map { try $0["id"] }, .accountChanged, in: connection)
    }
}
