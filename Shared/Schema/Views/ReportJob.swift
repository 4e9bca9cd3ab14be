extension SchemaObject {
    /// Jobs without their payload, which may name people.
    static let reportJob = SchemaObject(
        sql: #"""
            create view report.job with (security_barrier) as
            with place as (
                select r.job_id, 'ready' as state, r.attempt::integer, r.enqueued_at, null::timestamptz as started_at,
                    null::timestamptz as finished_at, null::text as error from queue.ready r
                union all
                select b.job_id, 'blocked', b.attempt, b.enqueued_at, null, null, null from queue.blocked b
                union all
                select s.job_id, 'scheduled', s.attempt, s.enqueued_at, null, null, s.error from queue.scheduled s
                union all
                select l.job_id, 'running', l.attempt, l.enqueued_at, l.claimed_at, null, null from queue.lease l
                union all
                select d.job_id, d.state, d.attempt, d.enqueued_at, d.started_at, d.finished_at, null from queue.done d
            )
            select p.job_id, q.name as queue, j.kind, p.state, p.attempt, j.cause_job_id, p.enqueued_at, p.started_at, p.finished_at,
                p.error
            from place p
            join queue.job j on j.id = p.job_id and j.enqueued_at = p.enqueued_at
            join queue.queue q on q.id = j.queue_id
            union all
            select d.job_id, q.name, d.kind, 'dead', d.attempt, d.cause_job_id, d.enqueued_at, d.started_at, d.finished_at, d.error
            from queue.dead d join queue.queue q on q.id = d.queue_id;
            call holdfast.describe('report.job', 'Every job that waits, runs or ended lately, with the job that caused it', $$
                job_id: the job [id]
                queue: its queue
                kind: which handler runs it
                state: ready, blocked (its group is full), scheduled, running, completed, cancelled or dead
                attempt: starts so far [count]
                cause_job_id: the job whose handler enqueued it [id]
                enqueued_at: when it was enqueued
                started_at: when its last start was claimed
                finished_at: when it ended
                error: why its last start failed
            $$);
            """#)
}
