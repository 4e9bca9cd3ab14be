extension SchemaObject {
    /// One timeline an account.
    static let reportTimeline = SchemaObject(
        sql: #"""
            create view report.timeline with (security_barrier) as
            select a.key as account_key, entry.at, entry.kind, entry.words
            from (
                select i.account_id, i.occurred_at as at, i.kind, i.title as words from crm.interaction i
                union all
                select o.account_id, o.occurred_at, 'order',
                    'Order ' || o.key || case when o.amount_minor < 0 then ' refunded' else '' end
                from crm.account_order o
                union all
                select s.account_id, t.occurred_at, 'subscription', 'Subscription ' || s.key || ' ' || replace(t.status, '_', ' ')
                from crm.subscription_state t join crm.subscription s on s.id = t.subscription_id
                union all
                select h.account_id, h.scored_at, 'risk',
                    'Risk ' || h.band || ', ' || round(100 * h.probability) || ' % within ' || h.horizon_days || ' days'
                from risk.score_history h where h.horizon_days = 90
                union all
                select t.account_id, t.opened_at, 'task', 'Task opened: ' || t.title from plan.task t
                union all
                select t.account_id, t.done_at, 'task', 'Task ' || t.state || ': ' || t.title from plan.task t where t.done_at is not null
                union all
                select e.account_id, e.entered_at, 'playbook', 'Playbook ' || p.key || ' began'
                from plan.enrollment e join plan.playbook p on p.id = e.playbook_id where e.state <> 'holdout'
                union all
                select e.account_id, e.ended_at, 'playbook', 'Playbook ' || p.key || ' ended: ' || e.end_reason
                from plan.enrollment e join plan.playbook p on p.id = e.playbook_id where e.ended_at is not null
                union all
                select d.account_id, coalesce(d.delivered_at, d.created_at), 'message',
                    'Message by ' || d.channel || ' ' || d.state || case when d.sandbox then ' (sandbox)' else '' end
                from notify.delivery d where d.account_id is not null
            ) as entry
            join crm.account_root r on r.account_id = entry.account_id
            join crm.account a on a.id = r.root_id;
            call holdfast.describe('report.timeline', 'Everything that happened with an account, in one list', $$
                account_key: the account
                at: when
                kind: order, subscription, risk, task, playbook, message, or the kind of an interaction
                words: one line about it
            $$);
            """#)
}
