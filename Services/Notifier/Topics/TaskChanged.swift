import Jobs
import Model
import Postgres

extension TopicWebhook {
    static let taskOpened = TopicWebhook(topic: .taskOpened) { try task($0) }
    static let taskDone = TopicWebhook(topic: .taskDone) { try task($0) }

    private static func task(_ job: Job) throws -> SQL {
        let payload: TasksTouched = try job.payload()
        return """
            select 'task-' || t.id as item, a.id as account_id, json_build_object(\(fragment: account),
                'task_id', t.id, 'title', t.title, 'reason', left(t.reason, 1000), 'state', t.state, 'due_at', t.due_at,
                'assigned_to', u.name, 'done_by', t.done_by, 'done_at', t.done_at, 'playbook', p.key,
                'probability', s.probability) as data
            from plan.task t
            join crm.account_root r on r.account_id = t.account_id
            join crm.account a on a.id = r.root_id
            left join crm.team_user u on u.id = t.owner_user_id
            left join plan.enrollment e on e.id = t.enrollment_id
            left join plan.playbook p on p.id = e.playbook_id
            left join risk.score s on s.account_id = a.id and s.horizon_days = 90
            where t.id = any(\(payload.tasks))
            """
    }
}
