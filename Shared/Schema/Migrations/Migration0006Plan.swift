extension Migration {
    static let plan = Migration(
        number: 6, name: "plan",
        sql: #"""
            create table plan.playbook (
                id bigint generated always as identity primary key,
                key text not null unique check (key ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
                enabled boolean not null default true,
                version integer not null,
                created_at timestamptz not null default now()
            );
            call holdfast.describe('plan.playbook', 'Playbooks: steps that run for each account that a trigger enrols', $$
                id: identity [id]
                key: name of the playbook
                enabled: false where it enrols nobody
                version: the version that new enrollments run [version]
                created_at: when it was made
            $$);

            create table plan.playbook_version (
                id bigint generated always as identity primary key,
                playbook_id bigint not null references plan.playbook,
                version integer not null,
                title text not null,
                source text not null check (length(source) <= 65536),
                definition jsonb not null,
                created_at timestamptz not null default now(),
                unique (playbook_id, version)
            );
            call holdfast.describe('plan.playbook_version', 'Playbooks as they were written; a run ends on the version it began', $$
                id: identity [id]
                playbook_id: the playbook, in plan.playbook [id]
                version: from 1 [version]
                title: name for people
                source: the YAML as it was written
                definition: the same, checked, as JSON
                created_at: when it was loaded
            $$);

            create table plan.enrollment (
                id bigint generated always as identity primary key,
                playbook_id bigint not null references plan.playbook,
                version_id bigint not null references plan.playbook_version,
                account_id bigint not null,
                state text not null check (state in ('active', 'ended', 'holdout')),
                step text,
                wake_at timestamptz,
                entered_at timestamptz not null default now(),
                ended_at timestamptz,
                end_reason text check (end_reason in ('completed', 'exited', 'refused', 'failed')),
                end_detail text check (length(end_detail) <= 2000),
                reason text check (length(reason) <= 2000),
                step_began_at timestamptz,
                outside text[] not null default '{}',
                tries smallint not null default 0,
                check ((state = 'ended') = (ended_at is not null and end_reason is not null)),
                check ((state = 'active') = (step is not null and wake_at is not null))
            );
            create unique index on plan.enrollment (playbook_id, account_id) where state <> 'ended';
            create index on plan.enrollment (account_id);
            create index on plan.enrollment (wake_at) where state = 'active';
            create index on plan.enrollment (playbook_id, id);
            call holdfast.describe('plan.enrollment', 'Runs of a playbook for one account', $$
                id: identity [id]
                playbook_id: the playbook, in plan.playbook [id]
                version_id: the version that it runs, in plan.playbook_version [id]
                account_id: the account, in crm.account [id]
                state: active, ended, or holdout (left out on purpose)
                step: the step that is to run next; null unless active
                wake_at: when it is looked at again at the latest; null unless active
                entered_at: when the account was enrolled
                ended_at: when it ended
                end_reason: completed, exited, refused or failed
                end_detail: the same in words
                reason: why the account was enrolled, in words
                step_began_at: since when a waiting step waits
                outside: segments that the playbook exits by when the account leaves them, and that it was not in when it was enrolled
                tries: how often the sweep has woken it since it last moved [count]
            $$);

            create table plan.step_run (
                id bigint generated always as identity primary key,
                enrollment_id bigint not null references plan.enrollment,
                step text not null,
                kind text not null,
                outcome text not null,
                detail text,
                ran_at timestamptz not null default now()
            );
            create index on plan.step_run (enrollment_id);
            call holdfast.describe('plan.step_run', 'What each step of an enrollment did', $$
                id: identity [id]
                enrollment_id: the enrollment, in plan.enrollment [id]
                step: name of the step
                kind: kind of the step
                outcome: done, waiting, skipped or failed
                detail: words about it
                ran_at: when
            $$);

            create table plan.task (
                id bigint generated always as identity primary key,
                account_id bigint not null,
                enrollment_id bigint references plan.enrollment,
                step text,
                owner_user_id bigint,
                title text not null check (length(title) between 1 and 1000),
                reason text check (length(reason) <= 4000),
                script text check (length(script) <= 20000),
                state text not null default 'open' check (state in ('open', 'done', 'cancelled')),
                due_at timestamptz,
                opened_at timestamptz not null default now(),
                done_at timestamptz,
                done_by text,
                unique (enrollment_id, step),
                check ((state = 'open') = (done_at is null))
            );
            create index on plan.task (account_id);
            create index on plan.task (owner_user_id, due_at) where state = 'open';
            call holdfast.describe('plan.task', 'Work for a person', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                enrollment_id: the enrollment that opened it, in plan.enrollment [id]
                step: the step that opened it
                owner_user_id: who is to do it, in crm.team_user [id]
                title: what is to be done
                reason: why
                script: how to go about it, and what to say
                state: open, done or cancelled
                due_at: until when
                opened_at: when it was opened
                done_at: when it was done or cancelled
                done_by: who did it
            $$);

            create table plan.message (
                id bigint generated always as identity primary key,
                account_id bigint not null,
                contact_id bigint,
                user_id bigint,
                enrollment_id bigint references plan.enrollment,
                step text,
                channel text not null,
                topic text not null default 'service',
                template text,
                subject text check (length(subject) <= 1000),
                body text not null check (length(body) <= 100000),
                task_id bigint,
                requested_at timestamptz not null default now(),
                check (contact_id is null or user_id is null)
            );
            create unique index on plan.message (enrollment_id, step, contact_id, user_id) nulls not distinct
            where enrollment_id is not null;
            create index on plan.message (account_id);
            call holdfast.describe('plan.message', 'Messages that were asked for; notifier decides and delivers', $$
                id: identity [id]
                account_id: the account that it is about, in crm.account [id]
                contact_id: the contact whom it is for, in crm.contact; null where it is for a user [id]
                user_id: the user whom it is for, in crm.team_user [id]
                enrollment_id: the enrollment that asked for it, in plan.enrollment [id]
                step: the step that asked for it
                channel: mail, webhook, slack and so on
                topic: the consent that it needs: marketing, service and so on; alert is for users and needs none
                template: name of the template, for the record
                subject: subject, a mustache template
                body: text, a mustache template
                task_id: the task that it announces, in plan.task [id]
                requested_at: when it was asked for
            $$);
            """#)
}
