extension SchemaObject {
    /// Service of tickets against its targets.
    static let reportTicketService = SchemaObject(
        sql: #"""
            create view report.ticket_service with (security_barrier) as
            with timed as (
                select date_trunc('month', k.opened_at at time zone 'UTC')::date as month, k.priority, k.feedback,
                    coalesce(k.first_answered_at, k.solved_at) as answered_at, k.solved_at,
                    crm.working_time(g.calendar, k.opened_at, coalesce(k.first_answered_at, k.solved_at, now())) as answer_took,
                    crm.working_time(g.calendar, k.opened_at, coalesce(k.solved_at, now())) as solution_took,
                    g.first_response, g.resolution
                from crm.current_ticket k left join crm.ticket_target g on g.priority = k.priority
            ), judged as (
                -- Met, missed, or neither as yet: still open, and in time so far.
                select *, case when answer_took > first_response then false when answered_at is not null then true end as is_answered,
                    case when solution_took > resolution then false when solved_at is not null then true end as is_solved
                from timed
            )
            select month, priority, count(*) as tickets,
                count(*) filter (where is_answered) as answered_in_time,
                count(*) filter (where not is_answered) as answered_late,
                round(100.0 * count(*) filter (where is_answered) / nullif(count(is_answered), 0), 1) as answered_share,
                round((percentile_cont(0.5) within group (order by extract(epoch from answer_took))
                    filter (where answered_at is not null) / 3600)::numeric, 2) as answer_hours,
                count(*) filter (where is_solved) as solved_in_time,
                count(*) filter (where not is_solved) as solved_late,
                round(100.0 * count(*) filter (where is_solved) / nullif(count(is_solved), 0), 1) as solved_share,
                round((percentile_cont(0.5) within group (order by extract(epoch from solution_took))
                    filter (where solved_at is not null) / 3600)::numeric, 2) as solution_hours,
                count(feedback) as feedbacks,
                round(100.0 * count(*) filter (where feedback = 'good') / nullif(count(feedback), 0), 1) as feedback_share
            from judged group by month, priority;
            call holdfast.describe('report.ticket_service', 'Answers and solutions of tickets against their targets, in working hours', $$
                month: first day of the UTC month in which they were opened
                priority: low, normal, high or urgent
                tickets: tickets opened [count]
                answered_in_time: first answered within the target [count]
                answered_late: answered later, or unanswered and late already [count]
                answered_share: answered in time, of those that are judged: open ones that are not late are not yet [percent]
                answer_hours: median working time until the first answer, of those answered [hours]
                solved_in_time: solved within the target [count]
                solved_late: solved later, or open and late already [count]
                solved_share: solved in time, of those that are judged [percent]
                solution_hours: median working time until the solution, of those solved [hours]
                feedbacks: tickets with feedback [count]
                feedback_share: of these, with good feedback [percent]
            $$);
            """#)
}
