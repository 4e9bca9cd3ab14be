extension SchemaObject {
    /// The list that a customer-success manager starts with.
    static let reportAtRisk = SchemaObject(
        sql: #"""
            create view report.at_risk with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, s.probability, s.band, m.money_minor as money, m.currency,
                r.words as reason, t.id as task_id, s.scored_at,
                s.probability * m.money_minor * coalesce(f.factor, 1) as stake
            from risk.score s
            join crm.account a on a.id = s.account_id and a.merged_into is null
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id
            left join crm.account_money m on m.account_id = a.id
            left join crm.money_factor f on f.currency = m.currency
            left join risk.score_reason r on r.account_id = a.id and r.horizon_days = 90 and r.rank = 1
                and s.first_signal is not null
            left join (
                -- The task that is about the first reason comes before others.
                select distinct on (r.root_id) r.root_id as account_id, t.id
                from plan.task t join crm.account_root r on r.account_id = t.account_id
                left join risk.score_reason s on s.account_id = r.root_id and s.horizon_days = 90 and s.rank = 1
                where t.state = 'open' order by r.root_id, t.reason = s.words desc nulls last, t.opened_at, t.id
            ) t on t.account_id = a.id
            where s.horizon_days = 90 and not exists (
                select from risk.loss l where l.account_id = a.id and l.kind <> 'asleep' and l.returned_at is null);
            call holdfast.describe('report.at_risk', 'Every scored account that is not lost already: how likely it leaves within 90 days, why, and what is being done', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                probability: that it is lost within 90 days [probability]
                band: low, medium or high
                money: worth in a year: MRR times 12, or orders of the last 365 days [minor units of currency]
                currency: ISO 4217 code
                reason: the first reason in words; null where none weighs enough to be one
                task_id: the open task about its first reason, else the oldest, in report.task [id]
                scored_at: since when the score is this
                stake: probability times money, comparable between currencies by crm.exchange_rate [hundredths of one currency]
            $$);
            """#)
}
