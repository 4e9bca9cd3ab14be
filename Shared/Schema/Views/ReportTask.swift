extension SchemaObject {
    /// Tasks and enrollments.
    static let reportTask = SchemaObject(
        sql: #"""
            create view report.task with (security_barrier) as
            select t.id as task_id, a.key as account_key, u.name as owner, t.title, t.reason, p.key as playbook, t.state, t.due_at,
                t.opened_at, t.done_at, t.done_by, t.script
            from plan.task t
            join crm.account_root r on r.account_id = t.account_id
            join crm.account a on a.id = r.root_id
            left join crm.team_user u on u.id = t.owner_user_id
            left join plan.enrollment e on e.id = t.enrollment_id
            left join plan.playbook p on p.id = e.playbook_id;
            call holdfast.describe('report.task', 'Work for people', $$
                task_id: the task [id]
                account_key: the account that it is about; the survivor where it was merged
                owner: who is to do it
                title: what is to be done
                reason: why
                playbook: the playbook that opened it
                state: open, done or cancelled
                due_at: until when
                opened_at: when it was opened
                done_at: when it was done or cancelled
                done_by: who did it
                script: how to go about it, and what to say
            $$);

            create view report.enrollment with (security_barrier) as
            select e.id as enrollment_id, p.key as playbook, v.version, a.key as account_key, e.state, e.step, e.wake_at, e.entered_at,
                e.ended_at, e.end_reason, e.end_detail, e.reason
            from plan.enrollment e
            join plan.playbook p on p.id = e.playbook_id
            join plan.playbook_version v on v.id = e.version_id
            join crm.account_root r on r.account_id = e.account_id
            join crm.account a on a.id = r.root_id;
            call holdfast.describe('report.enrollment', 'Which accounts run through which playbooks', $$
                enrollment_id: the enrollment [id]
                playbook: name of the playbook
                version: its version [version]
                account_key: the account; the survivor where it was merged
                state: active, ended or holdout
                step: the step that is to run next
                wake_at: when it is looked at again at the latest
                entered_at: when the account was enrolled
                ended_at: when it ended
                end_reason: completed, exited, refused or failed
                end_detail: the same in words
                reason: why the account was enrolled
            $$);
            """#)
}
