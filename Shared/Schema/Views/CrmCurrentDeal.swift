extension SchemaObject {
    /// What each deal is now.
    static let crmCurrentDeal = SchemaObject(
        sql: #"""
            create view crm.current_deal as
            select d.id as deal_id, r.root_id as account_id, d.contact_id, d.key, d.name, d.pipeline, t.stage, s.kind, s.position,
                t.amount_minor, t.currency, d.owner_id, d.expected_on, d.fields, t.loss_reason, t.loss_words, t.competitor,
                t.competitor_offer, d.source, d.created_at, t.occurred_at as changed_at,
                coalesce(here.since, t.occurred_at) as stage_since, s.stalled_after
            from crm.deal d
            join crm.account_root r on r.account_id = d.account_id
            join lateral (
                select * from crm.deal_state t where t.deal_id = d.id and t.occurred_at <= now()
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true
            left join crm.deal_stage s on s.pipeline = d.pipeline and s.key = t.stage
            -- A change of the amount alone is no new stay: it began after the last other stage.
            left join lateral (
                select min(h.occurred_at) as since from crm.deal_state h
                where h.deal_id = d.id and h.occurred_at <= now() and h.stage = t.stage and (h.occurred_at, h.id) > (
                    select coalesce(max(o.occurred_at), '-infinity'), coalesce(max(o.id), 0) from (
                        select o.occurred_at, o.id from crm.deal_state o
                        where o.deal_id = d.id and o.occurred_at <= now() and o.stage <> t.stage
                        order by o.occurred_at desc, o.id desc limit 1) o)
            ) here on true;
            call holdfast.describe('crm.current_deal', 'What each deal is now', $$
                deal_id: the deal, in crm.deal [id]
                account_id: the account after merges, in crm.account [id]
                contact_id: whom it is talked over with, in crm.contact [id]
                key: the outside world's id for the deal
                name: name of the deal
                pipeline: the pipeline
                stage: the stage that it is at
                kind: open, won or lost; null for a stage that is no more
                position: place of the stage in the pipeline [rank]
                amount_minor: what it would bring [minor units of currency]
                currency: ISO 4217 code
                owner_id: who leads it, in crm.team_user [id]
                expected_on: the day on which it should be won
                fields: values of custom fields
                loss_reason: why it was lost
                loss_words: the same in the customer's words
                competitor: who won it
                competitor_offer: price and terms there
                source: where it came from
                created_at: when it began
                changed_at: since when all of this is so
                stage_since: since when it is at this stage
                stalled_after: a deal that stays longer is stalled
            $$);
            """#)
}
