extension SchemaObject {
    /// The queues at a glance.
    static let reportQueue = SchemaObject(
        sql: #"""
            create view report.queue with (security_barrier) as
            select q.name as queue, coalesce(r.jobs, 0) as ready, coalesce(b.jobs, 0) as blocked, coalesce(s.jobs, 0) as scheduled,
                coalesce(l.jobs, 0) as running, coalesce(d.jobs, 0) as dead, r.oldest_at,
                extract(epoch from now() - r.oldest_at)::double precision as lag_s, coalesce(h.jobs, 0) as done_last_hour,
                coalesce(h.failures, 0) + coalesce(s.failures, 0) + coalesce(d.failures, 0) as failures_last_hour,
                coalesce(m.jobs, 0) / 60.0::double precision as rate, m.wait_p50_ms, m.wait_p99_ms, m.work_p50_ms, m.work_p99_ms,
                coalesce(w.workers, 0) as workers, q.paused_at
            from queue.queue q
            left join (select queue_id, count(*) as jobs, min(enqueued_at) as oldest_at from queue.ready group by 1) r on r.queue_id = q.id
            left join (select queue_id, count(*) as jobs from queue.blocked group by 1) b on b.queue_id = q.id
            left join (
                select queue_id, count(*) as jobs, sum(attempt - crashes) as failures from queue.scheduled group by 1
            ) s on s.queue_id = q.id
            left join (select queue_id, count(*) as jobs from queue.lease group by 1) l on l.queue_id = q.id
            left join (
                select queue_id, count(*) as jobs,
                    sum(attempt - crashes) filter (where finished_at > now() - interval '1 hour') as failures
                from queue.dead group by 1
            ) d on d.queue_id = q.id
            left join (
                select queue_id, count(*) as jobs, sum(greatest(attempt - 1, 0)) as failures
                from queue.done where finished_at > now() - interval '1 hour' group by 1
            ) h on h.queue_id = q.id
            left join (
                select k.queue_id, k.jobs, k.wait_ms[1] as wait_p50_ms, k.wait_ms[2] as wait_p99_ms, k.work_ms[1] as work_p50_ms,
                    k.work_ms[2] as work_p99_ms
                from (
                    select e.queue_id, count(*) as jobs,
                        percentile_cont(array[0.5, 0.99]::double precision[]) within group (
                            order by extract(epoch from e.started_at - e.enqueued_at)::double precision * 1000) as wait_ms,
                        percentile_cont(array[0.5, 0.99]::double precision[]) within group (
                            order by extract(epoch from e.finished_at - e.started_at)::double precision * 1000) as work_ms
                    from queue.done e where e.finished_at > now() - interval '1 minute' group by 1
                ) k
            ) m on m.queue_id = q.id
            left join (
                select queue_id, count(*) as workers from queue.worker where seen_at > now() - interval '6 seconds' group by 1
            ) w on w.queue_id = q.id;
            call holdfast.describe('report.queue', 'Each queue: how much waits, for how long, how it gets on, and who works on it', $$
                queue: name of the queue
                ready: jobs that wait for a worker [count]
                blocked: jobs that wait for others of their group [count]
                scheduled: jobs that wait for a time [count]
                running: jobs that run [count]
                dead: dead letters [count]
                oldest_at: since when the oldest ready job waits
                lag_s: age of the oldest ready job [s]
                done_last_hour: jobs that ended within the last hour [count]
                failures_last_hour: failed starts of jobs that ended within the last hour or wait to be tried again [count]
                rate: jobs that ended a second, over the last minute [jobs/s]
                wait_p50_ms: from enqueued to its last start, half of the jobs of the last minute were quicker [ms]
                wait_p99_ms: from enqueued to its last start, 99 of 100 jobs of the last minute were quicker [ms]
                work_p50_ms: from its last start to its end, half of the jobs of the last minute were quicker [ms]
                work_p99_ms: from its last start to its end, 99 of 100 jobs of the last minute were quicker [ms]
                workers: processes working on it [count]
                paused_at: since when it is paused
            $$);

            create view report.worker with (security_barrier) as
            select w.id as worker_id, q.name as queue, w.host, w.process_id, w.version, w.started_at, w.seen_at,
                (select count(*) from queue.lease l where l.worker_id = w.id) as running
            from queue.worker w join queue.queue q on q.id = w.queue_id;
            call holdfast.describe('report.worker', 'The processes that work on queues now', $$
                worker_id: the worker [id]
                queue: the queue that it works on
                host: name of its machine
                process_id: its process on that machine [id]
                version: version of the program
                started_at: when it started
                seen_at: its last sign of life
                running: jobs that it runs now [count]
            $$);
            """#)
}
