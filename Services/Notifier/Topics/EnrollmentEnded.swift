import Jobs
import Model
import Postgres

extension TopicWebhook {
    static let enrollmentEnded = TopicWebhook(topic: .enrollmentEnded) { job in
        let payload: EnrollmentsTouched = try job.payload()
        return """
            select 'enrollment-' || e.id as item, a.id as account_id, json_build_object(\(fragment: account),
                'enrollment_id', e.id, 'playbook', p.key, 'entered_at', e.entered_at, 'ended_at', e.ended_at,
                'end_reason', left(e.end_reason, 500)) as data
            from plan.enrollment e
            join plan.playbook p on p.id = e.playbook_id
            join crm.account_root r on r.account_id = e.account_id
            join crm.account a on a.id = r.root_id
            where e.id = any(\(payload.enrollments))
            """
    }
}
