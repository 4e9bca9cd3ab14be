extension SchemaObject {
    /// Requests for help.
    static let reportTicket = SchemaObject(
        sql: #"""
            create view report.ticket with (security_barrier) as
            select a.key as account_key, k.key as ticket, k.subject, k.priority, k.channel, k.status, k.escalated, k.opened_at,
                k.changed_at, k.first_answered_at, k.solved_at, k.reopened, k.feedback, k.feedback_at
            from crm.current_ticket k join crm.account a on a.id = k.account_id;
            call holdfast.describe('report.ticket', 'Every ticket, as it is now', $$
                account_key: the account; the survivor where it was merged
                ticket: the outside world's id for the ticket
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
                feedback_at: when that was said
            $$);
            """#)
}
