extension SchemaObject {
    /// The queues at a glance.
    static let reportQueue = SchemaObject(
        sql: #"""
            create view report.queue with (security_barrier) as
            select q.name as queue, coalesce(r.jobs, 0) as ready, coalesce(s.jobs, 0) as scheduled, coalesce(l.jobs, 0) as running,
                coalesce(d.jobs, 0) as dead, r.oldest_at, extract(epoch from now() - r.oldest_at)::double precision as lag_s,
                coalesce(h.jobs, 0) as done_last_hour, coalesce(w.workers, 0) as workers, q.paused_at
            from queue.queue q
            left join (select queue_id, count(*) as jobs, min(enqueued_at) as oldest_at from queue.ready group by 1) r on r.queue_id = q.id
            left join (select queue_id, count(*) as jobs from queue.scheduled group by 1) s on s.queue_id = q.id
            left join (select queue_id, count(*) as jobs from queue.lease group by 1) l on l.queue_id = q.id
            left join (select queue_id, count(*) as jobs from queue.dead group by 1) d on d.queue_id = q.id
            left join (
                select queue_id, count(*) as jobs from queue.done where finished_at > now() - interval '1 hour' group by 1
            ) h on h.queue_id = q.id
            left join (
                select queue_id, count(*) as workers from queue.worker where seen_at > now() - interval '6 seconds' group by 1
            ) w on w.queue_id = q.id;
            call holdfast.describe('report.queue', 'Each queue: how much waits, for how long, and who works on it', $$
                queue: name of the queue
                ready: jobs that wait for a worker [count]
                scheduled: jobs that wait for a time [count]
                running: jobs that run [count]
                dead: dead letters [count]
                oldest_at: since when the oldest ready job waits
                lag_s: age of the oldest ready job [s]
                done_last_hour: jobs that ended within the last hour [count]
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
