extension Migration {
    /// A job has one place in line, its turn, that it keeps for life: no job waits for ever behind more urgent ones, and
    /// one that is cancelled is found by its key. What a service sees of the queue are functions, so nothing contracts.
    static let turns = Migration(
        number: 8, name: "turns",
        sql: #"""
            alter table queue.job add column turn_at timestamptz;
            comment on column queue.job.turn_at is
                'its place in line: when it could first run, a minute later for each step of priority; empty in rows from before';

            alter table queue.ready drop constraint ready_pkey;
            alter table queue.ready add column turn_at timestamptz;
            update queue.ready set turn_at = enqueued_at + priority * interval '1 minute';
            alter table queue.ready drop column priority;
            alter table queue.ready add primary key (queue_id, turn_at, job_id);
            alter table queue.ready add column keyed boolean not null default false;
            update queue.ready r set keyed = true from queue.unique_key u where u.job_id = r.job_id;
            comment on column queue.ready.turn_at is 'its place in line; the earliest is claimed first';
            comment on column queue.ready.keyed is 'whether it may hold a key in queue.unique_key';

            alter table queue.scheduled add column turn_at timestamptz;
            update queue.scheduled set turn_at = greatest(enqueued_at, run_at) + priority * interval '1 minute';
            alter table queue.scheduled alter column turn_at set not null;
            alter table queue.scheduled drop column priority;
            alter table queue.scheduled add column keyed boolean not null default false;
            update queue.scheduled s set keyed = true from queue.unique_key u where u.job_id = s.job_id;
            -- A job that waits to be tried again holds back its group where that has one place.
            create index on queue.scheduled (queue_id, group_key) where attempt > 0 and group_key is not null;
            comment on column queue.scheduled.turn_at is 'its place in line when it becomes ready';
            comment on column queue.scheduled.keyed is 'whether it may hold a key in queue.unique_key';

            -- Tokens are drawn by chance: a sequence may go back after a crash, and hand out one that a zombie still has.
            alter table queue.lease alter column token drop default;
            drop sequence queue.token;
            alter table queue.lease add column turn_at timestamptz;
            update queue.lease set turn_at = enqueued_at + priority * interval '1 minute';
            alter table queue.lease alter column turn_at set not null;
            alter table queue.lease drop column priority;
            alter table queue.lease add column keyed boolean not null default false;
            update queue.lease l set keyed = true from queue.unique_key u where u.job_id = l.job_id;
            -- The table is small, for it is compacted: reading it whole is cheaper than an index that each claim writes.
            drop index queue.lease_worker_id_idx;
            comment on column queue.lease.turn_at is 'its place in line, should it have to wait again';
            comment on column queue.lease.keyed is 'whether it may hold a key in queue.unique_key';

            create table queue.blocked (
                queue_id integer not null,
                group_key text not null,
                turn_at timestamptz not null,
                job_id bigint not null,
                enqueued_at timestamptz not null,
                attempt smallint not null,
                crashes smallint not null,
                keyed boolean not null,
                primary key (queue_id, group_key, turn_at, job_id)
            ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
                    autovacuum_vacuum_cost_delay = 0);
            call holdfast.describe('queue.blocked', 'Jobs that wait until their group has a place again', $$
                queue_id: the queue, in queue.queue [id]
                group_key: the job's group
                turn_at: its place in line; the earliest is claimed first
                job_id: the job, in queue.job [id]
                enqueued_at: when the job was enqueued; leads to its partition
                attempt: starts so far [count]
                crashes: starts that killed their worker [count]
                keyed: whether it may hold a key in queue.unique_key
            $$);

            create table queue.rate (
                queue_id integer primary key,
                tokens double precision not null,
                filled_at timestamptz not null
            );
            call holdfast.describe('queue.rate', 'How many jobs may start now on the queues that have a rate', $$
                queue_id: the queue, in queue.queue [id]
                tokens: jobs that may start now [jobs]
                filled_at: when tokens was last filled
            $$);
            alter table queue.queue drop column rate_tokens;
            alter table queue.queue drop column rate_filled_at;
            alter table queue.queue add column worked_at timestamptz;
            comment on column queue.queue.worked_at is 'when a worker last began or ended its work on it; null if none ever did';

            alter table queue.worker add column steady_at timestamptz not null default now();
            comment on column queue.worker.steady_at is 'since when its signs of life came without a gap';

            -- Who sleeps is told by advisory locks, which leave no dead rows behind and go with their session.
            drop table queue.sleeper;

            alter table queue.subscription add column expired_at timestamptz;
            comment on column queue.subscription.expired_at is
                'since when nothing is added, for no worker has come for 7 days; null while it lasts';

            alter table queue.cron add column line text;
            alter table queue.cron add column time_zone text not null default 'UTC';
            alter table queue.cron add column next_at timestamptz;
            update queue.cron set line = '@every ' || extract(epoch from every)::bigint || ' seconds', next_at = ticked_at + every;
            alter table queue.cron alter column line set not null;
            alter table queue.cron alter column next_at set not null;
            alter table queue.cron alter column ticked_at drop not null;
            alter table queue.cron drop column every;
            comment on column queue.cron.line is 'five fields as cron has them, a name such as @daily, or @every and a time';
            comment on column queue.cron.time_zone is 'IANA time zone that the line is read in';
            comment on column queue.cron.next_at is 'the next tick';
            comment on column queue.cron.ticked_at is 'the last tick; a job was enqueued in the same transaction. Null before the first';

            -- Rows are appended in the order of time, so that a block range index of a few pages finds the last minutes.
            create index on queue.done using brin (finished_at) with (pages_per_range = 16, autosummarize = on);
            """#)
}
