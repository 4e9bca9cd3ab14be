// Over 200 lines: the queue's tables belong together, and half of it is the comments that operators read.
extension Migration {
    /// Nothing mutable is wide, nothing wide is mutable: a job's body is written once, its state is a narrow row that
    /// moves between `ready`, `scheduled`, `lease`, `done` and `dead`. A job is in exactly one of these five.
    static let queue = Migration(
        number: 2, name: "queue",
        sql: #"""
            create table queue.queue (
                id integer generated always as identity primary key,
                name text not null unique check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
                worker_role text not null,
                workers integer check (workers > 0),
                rate double precision check (rate > 0),
                per_group integer check (per_group > 0),
                rate_tokens double precision not null default 0,
                rate_filled_at timestamptz not null default now(),
                paused_at timestamptz,
                created_at timestamptz not null default now()
            );
            call holdfast.describe('queue.queue', 'The queues and their limits', $$
                id: identity [id]
                name: name of the queue; each service works on the queue of its name
                worker_role: database role that may claim from this queue
                workers: most jobs running at once over all processes; null is no limit [jobs]
                rate: most jobs started a second over all processes; null is no limit [jobs/s]
                per_group: most jobs of one group key running at once; null is no limit [jobs]
                rate_tokens: jobs that may start now under the rate [jobs]
                rate_filled_at: when rate_tokens was last filled
                paused_at: since when nothing is claimed from it; null while it runs
                created_at: when the queue was made
            $$);

            create table queue.job (
                id bigint generated always as identity,
                queue_id integer not null,
                kind text not null,
                payload jsonb not null,
                priority smallint not null,
                max_attempts smallint not null,
                unique_key text,
                group_key text,
                cause_job_id bigint,
                enqueued_at timestamptz not null default now(),
                primary key (id, enqueued_at)
            ) partition by range (enqueued_at);
            call holdfast.describe('queue.job', 'What is to be done; written once, never changed', $$
                id: identity [id]
                queue_id: the queue that it waits in, in queue.queue [id]
                kind: which handler runs it
                payload: the handler's input
                priority: the lower runs first [rank]
                max_attempts: starts that end in an error before it is dead [count]
                unique_key: at most one live job has this key; see queue.unique_key
                group_key: jobs of one group are limited together by queue.per_group
                cause_job_id: the job whose handler enqueued this one [id]
                enqueued_at: when it was enqueued
            $$);

            create table queue.ready (
                queue_id integer not null,
                priority smallint not null,
                job_id bigint not null,
                enqueued_at timestamptz not null,
                attempt smallint not null default 0,
                crashes smallint not null default 0,
                group_key text,
                primary key (queue_id, priority, job_id)
            ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
                    autovacuum_vacuum_cost_delay = 0);
            call holdfast.describe('queue.ready', 'Jobs that wait for a worker, in the order of their start', $$
                queue_id: the queue, in queue.queue [id]
                priority: the lower runs first [rank]
                job_id: the job, in queue.job [id]
                enqueued_at: when the job was enqueued; leads to its partition
                attempt: starts so far [count]
                crashes: starts that killed their worker [count]
                group_key: the job's group
            $$);

            create table queue.scheduled (
                job_id bigint primary key,
                queue_id integer not null,
                priority smallint not null,
                enqueued_at timestamptz not null,
                run_at timestamptz not null,
                attempt smallint not null default 0,
                crashes smallint not null default 0,
                group_key text,
                error text
            ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
                    autovacuum_vacuum_cost_delay = 0);
            create index on queue.scheduled (run_at);
            call holdfast.describe('queue.scheduled', 'Jobs that wait for a time: delayed, or to be tried again', $$
                job_id: the job, in queue.job [id]
                queue_id: the queue, in queue.queue [id]
                priority: the lower runs first [rank]
                enqueued_at: when the job was enqueued; leads to its partition
                run_at: when it becomes ready
                attempt: starts so far [count]
                crashes: starts that killed their worker [count]
                group_key: the job's group
                error: why the last start failed
            $$);

            create table queue.worker (
                id bigint generated always as identity primary key,
                queue_id integer not null,
                host text not null,
                process_id integer not null,
                version text not null,
                backends integer[] not null default '{}',
                started_at timestamptz not null default now(),
                seen_at timestamptz not null default now()
            ) with (fillfactor = 50);
            call holdfast.describe('queue.worker', 'Processes that work on a queue now; one row a process and queue', $$
                id: identity, new at each start of a process [id]
                queue_id: the queue that it works on, in queue.queue [id]
                host: name of its machine
                process_id: its process on that machine [id]
                version: version of the program
                backends: its database backends, ended when it is given up [id]
                started_at: when it started
                seen_at: its last sign of life
            $$);

            create table queue.sleeper (
                worker_id bigint primary key references queue.worker on delete cascade,
                queue_id integer not null
            );
            call holdfast.describe('queue.sleeper', 'Workers that found nothing to do and wait for NOTIFY', $$
                worker_id: the worker, in queue.worker [id]
                queue_id: the queue that it waits for, in queue.queue [id]
            $$);

            create sequence queue.token;
            create table queue.lease (
                job_id bigint primary key,
                token bigint not null default nextval('queue.token'),
                queue_id integer not null,
                priority smallint not null,
                enqueued_at timestamptz not null,
                worker_id bigint not null,
                attempt smallint not null,
                crashes smallint not null,
                group_key text,
                claimed_at timestamptz not null default now(),
                cancelled_at timestamptz
            ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
                    autovacuum_vacuum_cost_delay = 0);
            create index on queue.lease (worker_id);
            call holdfast.describe('queue.lease', 'Jobs that run now, each held by one worker', $$
                job_id: the job, in queue.job [id]
                token: fencing token; only its holder may end the job [id]
                queue_id: the queue, in queue.queue [id]
                priority: the lower runs first [rank]
                enqueued_at: when the job was enqueued; leads to its partition
                worker_id: who runs it, in queue.worker [id]
                attempt: which start this is, from 1 [count]
                crashes: earlier starts that killed their worker [count]
                group_key: the job's group
                claimed_at: when this start was claimed
                cancelled_at: when its cancellation was asked for
            $$);

            create table queue.done (
                job_id bigint not null,
                queue_id integer not null,
                state text not null check (state in ('completed', 'cancelled')),
                attempt smallint not null,
                worker_id bigint,
                enqueued_at timestamptz not null,
                started_at timestamptz,
                finished_at timestamptz not null default clock_timestamp(),
                primary key (job_id, finished_at)
            ) partition by range (finished_at);
            call holdfast.describe('queue.done', 'History: jobs that completed or were cancelled', $$
                job_id: the job, in queue.job [id]
                queue_id: the queue, in queue.queue [id]
                state: completed or cancelled
                attempt: starts that it took [count]
                worker_id: who ran it last [id]
                enqueued_at: when it was enqueued
                started_at: when its last start was claimed
                finished_at: when it ended
            $$);

            create table queue.dead (
                job_id bigint primary key,
                queue_id integer not null,
                kind text not null,
                payload jsonb not null,
                priority smallint not null,
                max_attempts smallint not null,
                group_key text,
                cause_job_id bigint,
                attempt smallint not null,
                crashes smallint not null,
                enqueued_at timestamptz not null,
                started_at timestamptz,
                finished_at timestamptz not null default clock_timestamp(),
                error text not null
            );
            create index on queue.dead (finished_at);
            call holdfast.describe('queue.dead', 'Dead letters: jobs that were given up, whole, for queue.redrive', $$
                job_id: the job [id]
                queue_id: the queue, in queue.queue [id]
                kind: which handler ran it
                payload: the handler's input
                priority: the lower runs first [rank]
                max_attempts: starts that were allowed [count]
                group_key: the job's group
                cause_job_id: the job whose handler enqueued this one [id]
                attempt: starts so far [count]
                crashes: starts that killed their worker [count]
                enqueued_at: when it was enqueued
                started_at: when its last start was claimed
                finished_at: when it was given up
                error: why
            $$);

            create table queue.unique_key (
                queue_id integer not null,
                key text not null,
                job_id bigint not null,
                scope text not null check (scope in ('waiting', 'live')),
                primary key (queue_id, key)
            );
            create index on queue.unique_key (job_id);
            call holdfast.describe('queue.unique_key', 'Keys of which only one job may live at a time', $$
                queue_id: the queue, in queue.queue [id]
                key: the key
                job_id: the job that has it now [id]
                scope: live holds the key until the job ends, waiting until it starts
            $$);

            create table queue.subscription (
                topic text not null check (topic ~ '^[a-z]+\.[a-z]+$'),
                queue_id integer not null references queue.queue,
                kind text not null,
                created_at timestamptz not null default now(),
                primary key (topic, queue_id)
            );
            call holdfast.describe('queue.subscription', 'Which queue gets a job for each publication of a topic', $$
                topic: name of the topic
                queue_id: the queue, in queue.queue [id]
                kind: kind of the jobs
                created_at: when it was subscribed
            $$);

            create table queue.cron (
                name text primary key,
                queue_id integer not null references queue.queue,
                kind text not null,
                payload jsonb not null,
                every interval not null check (every >= interval '1 second'),
                ticked_at timestamptz not null
            );
            call holdfast.describe('queue.cron', 'Jobs that are enqueued again and again', $$
                name: name of the schedule
                queue_id: the queue, in queue.queue [id]
                kind: kind of the jobs
                payload: payload of the jobs
                every: time between ticks; ticks are whole multiples of it since 2000-01-01 UTC
                ticked_at: the last tick; a job was enqueued in the same transaction
            $$);

            insert into holdfast.partitioning values
                ('queue.job', 'week', '14 days', '7 days', '14 days'),
                ('queue.done', 'week', '14 days', '7 days', '14 days');
            """#)
}
