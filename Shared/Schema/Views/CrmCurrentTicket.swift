extension SchemaObject {
    /// What each ticket is now.
    static let crmCurrentTicket = SchemaObject(
        sql: #"""
            create view crm.current_ticket as
            select k.id as ticket_id, r.root_id as account_id, k.contact_id, k.key, k.subject, k.priority, k.channel, t.status,
                t.escalated, k.occurred_at as opened_at, t.occurred_at as changed_at, k.first_answered_at,
                case when t.status in ('solved', 'closed') then story.solved_at end as solved_at,
                coalesce(story.reopened, 0) as reopened, k.feedback, k.feedback_words, k.feedback_at, k.source
            from crm.ticket k
            join crm.account_root r on r.account_id = k.account_id
            join lateral (
                select * from crm.ticket_state t where t.ticket_id = k.id and t.occurred_at <= now()
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true
            left join lateral (
                -- The last time that it came to an end, and how often it came back from one.
                select max(e.occurred_at) filter (where e.is_over and not e.was_over) as solved_at,
                    count(*) filter (where e.was_over and not e.is_over) as reopened
                from (
                    select s.occurred_at, s.status in ('solved', 'closed') as is_over,
                        coalesce(lag(s.status) over (order by s.occurred_at, s.id) in ('solved', 'closed'), false) as was_over
                    from crm.ticket_state s where s.ticket_id = k.id and s.occurred_at <= now()
                ) e
            ) story on true;
            call holdfast.describe('crm.current_ticket', 'What each ticket is now', $$
                ticket_id: the ticket, in crm.ticket [id]
                account_id: the account after merges, in crm.account [id]
                contact_id: who asked, in crm.contact [id]
                key: the outside world's id for the ticket
                subject: one line
                priority: low, normal, high or urgent
                channel: by which it came
                status: open, pending (waits for the customer), solved or closed
                escalated: true where it was taken higher
                opened_at: when it was opened
                changed_at: since when status and escalated are so
                first_answered_at: when a person first answered
                solved_at: when it was solved or closed, the last time; null while it is not
                reopened: how often it came back after it was solved or closed [count]
                feedback: good or bad
                feedback_words: in the customer's words
                feedback_at: when
                source: where it came from
            $$);
            """#)
}
