extension SchemaObject {
    /// One timeline an account. Each kind of entry is looked up by the account's own index: joined as one set, the planner
    /// read every score of every account for one timeline (210,000 rows at 10,000 accounts).
    static let reportTimeline = SchemaObject(
        sql: #"""
            create view report.timeline with (security_barrier) as
            select a.key as account_key, entry.at, entry.kind, entry.words
            from crm.account a
            cross join lateral (
                with recursive part as (
                    select a.id
                    union
                    select m.id from part p join crm.account m on m.merged_into = p.id
                )
                select id from part
            ) as part
            cross join lateral (
                select i.occurred_at as at, i.kind, i.title as words from crm.interaction i where i.account_id = part.id
                union all
                select o.occurred_at, 'order', 'Order ' || o.key || case when o.amount_minor < 0 then ' refunded' else '' end
                from crm.account_order o where o.account_id = part.id
                union all
                select t.occurred_at, 'subscription', 'Subscription ' || s.key || ' ' || replace(t.status, '_', ' ')
                from crm.subscription s join crm.subscription_state t on t.subscription_id = s.id where s.account_id = part.id
                union all
                select h.scored_at, 'risk',
                    'Risk ' || h.band || ', ' || round(100 * h.probability) || ' % within ' || h.horizon_days || ' days'
                from risk.score_history h where h.account_id = part.id and h.horizon_days = 90
                union all
                select t.opened_at, 'task', 'Task opened: ' || t.title from plan.task t where t.account_id = part.id
                union all
                select t.done_at, 'task', 'Task ' || t.state || ': ' || t.title from plan.task t
                where t.account_id = part.id and t.done_at is not null
                union all
                select e.entered_at, 'playbook', 'Playbook ' || p.key || ' began'
                from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
                where e.account_id = part.id and e.state <> 'holdout'
                union all
                select e.ended_at, 'playbook', 'Playbook ' || p.key || ' ended: ' || e.end_reason
                from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
                where e.account_id = part.id and e.ended_at is not null
                union all
                select coalesce(d.delivered_at, d.created_at), 'message',
                    'Message by ' || d.channel || ' ' || d.state || case when d.sandbox then ' (sandbox)' else '' end
                from notify.delivery d where d.account_id = part.id
            ) as entry
            where a.merged_into is null;
            call holdfast.describe('report.timeline', 'Everything that happened with an account, in one list', $$
                account_key: the account
                at: when
                kind: order, subscription, risk, task, playbook, message, or the kind of an interaction
                words: one line about it
            $$);
            """#)
}
