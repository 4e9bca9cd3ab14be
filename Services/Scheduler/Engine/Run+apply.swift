import Jobs
import Model
import Postgres

extension Run {
    /// Writes down what was decided, in the caller's transaction: effects, record, and where the run goes.
    static func apply(_ decision: RunDecision, to run: Loaded, account: Int64, in connection: PostgresConnection)
        async throws
    {
        for effect in decision.effects {
            switch effect {
            case .task(let draft): try await open(draft, run, account, in: connection)
            case .message(let draft): try await request(draft, run, account, in: connection)
            }
        }
        if let record = decision.record { try await note(record, run.state.id, in: connection) }
        if decision.cancelsTasks {
            try await connection.execute(
                """
                update plan.task set state = 'cancelled', done_at = now(), done_by = 'scheduler'
                where enrollment_id = \(run.state.id) and state = 'open'
                """)
        }
        switch decision.then {
        case .step(let name): try await move(run.state.id, to: name, in: connection)
        case .stay(let until):
            // A run that is held back, on holiday, has not begun to wait.
            let waits = decision.record != nil || run.state.stepBeganAt != nil
            try await connection.execute(
                """
                update plan.enrollment set wake_at = \(until), tries = 0,
                    step_began_at = case when \(waits) then coalesce(step_began_at, now()) end
                where id = \(run.state.id)
                """)
        case .ended(let reason, let words): try await end(run.state.id, reason, words, in: connection)
        }
    }

    /// Ends an active run, and says so.
    static func end(
        _ id: Int64, _ reason: RunDecision.EndReason, _ words: String, in connection: PostgresConnection
    ) async throws {
        let ended = try await connection.execute(
            """
            update plan.enrollment set state = 'ended', ended_at = now(), end_reason = \(reason.rawValue),
                end_detail = \(String(words.prefix(2_000))), step = null, wake_at = null, step_began_at = null, tries = 0
            where id = \(id) and state = 'active'
            """)
        guard ended == 1 else { return }
        try await Queue.publish(.enrollmentEnded, EnrollmentsTouched(enrollments: [id]), in: connection)
    }

    static func note(_ record: RunDecision.Record, _ id: Int64, in connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            insert into plan.step_run (enrollment_id, step, kind, outcome, detail)
            values (\(id), \(record.step), \(record.kind), \(record.outcome), \(String(record.detail.prefix(2_000))))
            """)
    }

    private static func move(_ id: Int64, to step: String, in connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            update plan.enrollment set step = \(step), step_began_at = null, tries = 0, wake_at = now() + \(Wakes.grace)
            where id = \(id)
            """)
        try await Wakes.enqueue([id], in: connection)
    }

    private static func open(
        _ draft: TaskDraft, _ run: Loaded, _ account: Int64, in connection: PostgresConnection
    ) async throws {
        let row = try await connection.first(
            """
            insert into plan.task (account_id, enrollment_id, step, owner_user_id, title, reason, script, due_at)
            values (\(account), \(run.state.id), \(run.state.step), \(draft.owner), \(draft.title), \(draft.reason),
                \(draft.script), \(draft.dueAt))
            on conflict (enrollment_id, step) do nothing returning id
            """)
        guard let row else { return }
        try await Queue.publish(.taskOpened, TasksTouched(tasks: [try row["id"]]), in: connection)
    }

    private static func request(
        _ draft: MessageDraft, _ run: Loaded, _ account: Int64, in connection: PostgresConnection
    ) async throws {
        let contacts: [Int64?] = draft.contacts + draft.users.map { _ in nil }
        let users: [Int64?] = draft.contacts.map { _ in nil } + draft.users
        let template = "\(run.playbook.key)/\(run.state.step)"
        let rows = try await connection.query(
            """
            insert into plan.message
                (account_id, contact_id, user_id, enrollment_id, step, channel, topic, template, subject, body, task_id)
            select \(account), t.contact_id, t.user_id, \(run.state.id), \(run.state.step), \(draft.channel),
                \(draft.topic), \(template), \(draft.subject), \(draft.body), \(draft.task)
            from unnest(\(contacts), \(users)) as t (contact_id, user_id)
            on conflict do nothing returning id
            """)
        let ids: [Int64] = try rows.map { try $0["id"] }
        try await Queue.publish(.messageRequested, ids: ids, in: connection) { MessagesTouched(messages: $0) }
    }
}
