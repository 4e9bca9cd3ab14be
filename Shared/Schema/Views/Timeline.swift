/// The kinds of entries of a timeline, each looked up by the index of the account `part.id`: the view and the function, which
/// reads a page at a time, are made of the same ones. `place` tells entries of one time apart, in the order of their ids.
package enum Timeline {
    /// Columns at, place, kind, words and pinned.
    static let branches = [
        """
        select i.occurred_at as at, \(place("interaction", "i.id")) as place, i.kind, i.title as words,
            i.pinned_at is not null as pinned
        from crm.interaction i where i.account_id = part.id
        """,
        """
        select o.occurred_at, \(place("order", "o.id")), 'order',
            'Order ' || o.key || case when o.amount_minor < 0 then ' refunded' else '' end, false
        from crm.account_order o where o.account_id = part.id
        """,
        """
        select t.occurred_at, \(place("subscription", "t.id")), 'subscription',
            'Subscription ' || s.key || ' ' || replace(t.status, '_', ' '), false
        from crm.subscription s join crm.subscription_state t on t.subscription_id = s.id where s.account_id = part.id
        """,
        """
        select t.occurred_at, \(place("deal", "t.id")), 'deal', 'Deal ' || d.name || ': ' || coalesce(s.name, t.stage), false
        from crm.deal d join crm.deal_state t on t.deal_id = d.id
        left join crm.deal_stage s on s.pipeline = d.pipeline and s.key = t.stage where d.account_id = part.id
        """,
        """
        select k.occurred_at, \(place("ticket", "k.id")), 'ticket', 'Ticket ' || k.key || ' opened: ' || k.subject, false
        from crm.ticket k where k.account_id = part.id
        """,
        """
        select t.occurred_at, \(place("ticket state", "t.id")), 'ticket',
            'Ticket ' || k.key || ' ' || t.status || case when t.escalated then ', escalated' else '' end, false
        from crm.ticket k join crm.ticket_state t on t.ticket_id = k.id
        where k.account_id = part.id and (t.status <> 'open' or t.escalated or t.occurred_at > k.occurred_at)
        """,
        """
        select i.issued_on::timestamp at time zone 'UTC', \(place("invoice", "i.id")), 'invoice',
            case when i.amount_minor < 0 then 'Credit note ' else 'Invoice ' end || i.key, false
        from crm.invoice i where i.account_id = part.id
        """,
        """
        select i.paid_at, \(place("invoice paid", "i.id")), 'invoice', 'Invoice ' || i.key || ' paid', false
        from crm.invoice i where i.account_id = part.id and i.paid_at is not null
        """,
        """
        select g.agreed_at, \(place("goal", "g.id")), 'goal', 'Goal agreed: ' || left(g.words, 200), false
        from crm.goal g where g.account_id = part.id
        """,
        """
        select v.occurred_at, \(place("goal review", "v.id")), 'goal',
            'Goal reviewed' || coalesce(', ' || v.progress || ' %', '') || ': ' || left(g.words, 200), false
        from crm.goal g join crm.goal_review v on v.goal_id = g.id where g.account_id = part.id
        """,
        """
        select v.occurred_at, \(place("request", "v.request_id", "part.id")), 'request', 'Asked for ' || q.title, false
        from crm.request_vote v join crm.product_request q on q.id = v.request_id where v.account_id = part.id
        """,
        """
        select h.scored_at, \(place("risk", "h.horizon_days", "part.id")), 'risk',
            'Risk ' || h.band || ', ' || round(100 * h.probability) || ' % within ' || h.horizon_days || ' days', false
        from risk.score_history h where h.account_id = part.id and h.horizon_days = 90
        """,
        """
        select t.opened_at, \(place("task", "t.id")), 'task', 'Task opened: ' || t.title, false
        from plan.task t where t.account_id = part.id
        """,
        """
        select t.done_at, \(place("task done", "t.id")), 'task', 'Task ' || t.state || ': ' || t.title, false
        from plan.task t where t.account_id = part.id and t.done_at is not null
        """,
        """
        select e.entered_at, \(place("playbook", "e.id")), 'playbook', 'Playbook ' || p.key || ' began', false
        from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
        where e.account_id = part.id and e.state <> 'holdout'
        """,
        """
        select e.ended_at, \(place("playbook end", "e.id")), 'playbook',
            'Playbook ' || p.key || ' ended: ' || e.end_reason, false
        from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
        where e.account_id = part.id and e.ended_at is not null
        """,
        """
        select coalesce(d.delivered_at, d.created_at), \(place("message", "d.id")), 'message',
            'Message by ' || d.channel || ' ' || d.state || case when d.sandbox then ' (sandbox)' else '' end, false
        from notify.delivery d where d.account_id = part.id
        """,
    ]

    /// The most entries of one account that stand first.
    static let mostPinned = 20

    /// The entries that stand first, the newest first, with the columns of the branches.
    static func pinned(of account: String) -> String {
        """
        select i.occurred_at as at, \(place("interaction", "i.id")) as place, i.kind, i.title as words, true as pinned from crm.interaction i
        where i.pinned_at is not null
            and i.account_id in (select r.account_id from crm.account_root r where r.root_id = \(account))
        order by i.occurred_at desc, i.id desc limit \(mostPinned)
        """
    }

    /// An entry as JSON, one of a talk or note with the id by which it is read whole and pinned.
    package static func answer(_ row: String) -> String {
        """
        to_jsonb(\(row)) - 'place' || jsonb_build_object('interaction',
            case when \(row).place like 'interaction %' then substr(\(row).place, 13)::bigint::text end)
        """
    }

    /// The account `a.id` itself and those that were merged into it.
    static func parts(of account: String) -> String {
        """
        (select r.account_id as id from crm.account_root r where r.root_id = \(account)) as part
        """
    }

    /// Where the id alone is not unique, as with the votes of accounts that were merged, the account stands beside it.
    private static func place(_ kind: String, _ ids: String...) -> String {
        let padded = ids.map { "to_char(\($0), 'FM0000000000000000000')" }.joined(separator: " || ' ' || ")
        return "('\(kind) ' || \(padded)) collate \"C\""
    }
}
