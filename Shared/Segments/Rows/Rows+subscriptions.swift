import Postgres

extension Rows {
    /// One row a subscription: what it was last. A cancelled one has ended once its date has passed.
    static let subscriptions = Rows(name: "subscriptions") { reach, moment in
        """
        (
            select l.*, l.status in ('active', 'past_due', 'paused', 'cancelled') as pays
            from (
                select distinct on (s.subscription_id) m.account_id, s.subscription_id, s.plan, s.mrr_minor, s.currency,
                    s.seats, s.renews_at, s.loss_reason, s.occurred_at,
                    case when s.status = 'cancelled' and s.renews_at <= \(fragment: moment.now) then 'ended'
                        else s.status end as status
                from member m
                join crm.subscription c on c.account_id = m.member_id
                join crm.subscription_state s on s.subscription_id = c.id and \(fragment: moment.sees("s"))
                order by s.subscription_id, s.occurred_at desc, s.id desc
            ) l
        ) m\(fragment: ExchangeRate.joins(reach, on: "m.currency"))
        """
    }
}
