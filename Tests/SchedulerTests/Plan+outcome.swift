import Postgres
import TestBed

/// What came of it.
extension Plan {
    /// `account state step end_reason` of every run, in the order in which they began.
    func runs() async throws -> [String] {
        try await texts(
            """
            select concat_ws(' ', a.key, e.state, e.step, e.end_reason) from plan.enrollment e
            join crm.account a on a.id = e.account_id order by e.id
            """)
    }

    /// `account step state` of every task, by account, in the order in which they were opened.
    func tasks() async throws -> [String] {
        try await texts(
            """
            select concat_ws(' ', a.key, t.step, t.state) from plan.task t join crm.account a on a.id = t.account_id
            order by a.key, t.id
            """)
    }

    /// `account step addressee` of every message, sorted.
    func messages() async throws -> [String] {
        try await texts(
            """
            select concat_ws(' ', a.key, m.step, c.key, u.name) as line from plan.message m
            join crm.account a on a.id = m.account_id left join crm.contact c on c.id = m.contact_id
            left join crm.team_user u on u.id = m.user_id order by line
            """)
    }

    /// Topics waiting on notifier's queue, sorted.
    func told() async throws -> [String] {
        try await texts(
            """
            select j.kind from queue.ready r join queue.job j on j.id = r.job_id and j.enqueued_at = r.enqueued_at
            join queue.queue q on q.id = r.queue_id where q.name = 'notifier' order by 1
            """)
    }
}
