extension SchemaObject {
    /// Goals with their last review.
    static let reportGoal = SchemaObject(
        sql: #"""
            create view report.goal with (security_barrier) as
            select a.key as account_key, g.key as goal, g.words, g.due_on, g.status, g.agreed_at, v.progress,
                v.occurred_at as reviewed_at,
                coalesce(g.status = 'open' and g.due_on < (now() at time zone 'UTC')::date, false) as late
            from crm.goal g
            join crm.account_root r on r.account_id = g.account_id
            join crm.account a on a.id = r.root_id
            left join lateral (
                select v.progress, v.occurred_at from crm.goal_review v where v.goal_id = g.id
                order by v.occurred_at desc, v.id desc limit 1
            ) v on true;
            call holdfast.describe('report.goal', 'Goals agreed with customers', $$
                account_key: the account; the survivor where it was merged
                goal: the outside world's id for the goal
                words: what is to be reached
                due_on: by which day
                status: open, reached, missed or dropped
                agreed_at: when it was agreed
                progress: how far it was at the last review [percent]
                reviewed_at: when that was
                late: true where it is open and its day has passed
            $$);
            """#)
}
