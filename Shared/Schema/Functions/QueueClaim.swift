extension SchemaObject {
    /// Batch claim with SKIP LOCKED.
    ///
    /// Plan for 200 jobs: Delete on ready ← Tid Scan (ctid = any (places)), 0.26 ms; Insert on lease, 1.2 ms; Nested Loop over
    /// them and the index of the one partition of queue.job that holds each, 600 buffers, 0.5 ms; all with EXPLAIN's own clock.
    /// By their places the rows are found without a second descent of the index, which was a quarter of the buffers. A session
    /// plans once, perhaps while the tables are empty: without the guards on the planner it would then read them whole for
    /// each row, or queue.job whole for each claim by a hash join, which at 2,000 jobs/s took half of a core.
    static let queueClaim = SchemaObject(
        sql: #"""
            create or replace function queue.claim(worker bigint, most integer) returns table (
                job_id bigint, token bigint, kind text, payload jsonb, attempt integer, max_attempts integer, group_key text,
                cause_job_id bigint, enqueued_at timestamptz, crashes integer)
            language plpgsql security definer set search_path = pg_catalog, pg_temp
            set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
            set plan_cache_mode = force_generic_plan as $$
            declare
                on_queue queue.queue;
                room integer := most;
                places tid[];
                claimed integer;
                began_at timestamptz := nullif(current_setting('holdfast.session_began_at', true), '');
            begin
                -- Nobody may give the worker up between this look and its leases, which would then be nobody's.
                select q.* into on_queue from queue.worker w join queue.queue q on q.id = w.queue_id where w.id = worker
                for key share of w;
                if not found then
                    raise exception 'worker % was given up, or never was', coalesce(worker::text, 'null') using errcode = '55000',
                        hint = 'Call queue.register for a new one.';
                end if;
                if not pg_has_role(session_user, on_queue.worker_role, 'member') then perform queue.check_worker(on_queue.id); end if;
                if most is null then
                    raise exception 'most is null' using errcode = '22004', hint = 'Say how many jobs you have room for.';
                end if;
                if on_queue.paused_at is not null or room < 1 then return; end if;
                -- A session may commit its claims before they are on disk; a crash of the server undoes them, and they are made
                -- again. Not in its first minute: a job that crashes the server each time would never count as started.
                if began_at is null then
                    began_at := clock_timestamp();
                    perform set_config('holdfast.session_began_at', began_at::text, false);
                end if;
                if began_at > clock_timestamp() - interval '1 minute' then perform set_config('synchronous_commit', 'on', true); end if;
                if on_queue.workers is not null or on_queue.rate is not null or on_queue.per_group is not null then
                    room := queue.room(on_queue, room);
                    if room < 1 then return; end if;
                end if;
                if on_queue.per_group is null then
                    places := queue.next_in_line(on_queue.id, room);
                else
                    places := queue.next_by_group(on_queue.id, on_queue.per_group, room);
                end if;
                if places is null then return; end if;
                return query
                with taken as (
                    delete from queue.ready r where r.ctid = any (places)
                    returning r.job_id, r.turn_at, r.enqueued_at, r.attempt, r.crashes, r.keyed, r.group_key
                ), freed as (
                    delete from queue.unique_key u using taken t where t.keyed and u.job_id = t.job_id and u.scope = 'waiting'
                ), leased as (
                    insert into queue.lease as l (job_id, token, queue_id, turn_at, enqueued_at, worker_id, attempt, crashes, keyed, group_key)
                    select t.job_id, (random() * 9007199254740991)::bigint, on_queue.id, t.turn_at, t.enqueued_at, worker, t.attempt + 1,
                        t.crashes, t.keyed, t.group_key
                    from taken t
                    returning l.job_id, l.token, l.attempt, l.crashes, l.group_key, l.enqueued_at, l.turn_at
                )
                select l.job_id, l.token, j.kind, j.payload, l.attempt::integer, j.max_attempts::integer, l.group_key, j.cause_job_id,
                    l.enqueued_at, l.crashes::integer
                from leased l join queue.job j on j.id = l.job_id and j.enqueued_at = l.enqueued_at
                order by l.turn_at, l.job_id;
                get diagnostics claimed = row_count;
                if on_queue.rate is not null then
                    update queue.rate r set tokens = r.tokens - claimed where r.queue_id = on_queue.id;
                end if;
                if current_setting('holdfast.asleep', true) = on_queue.id::text then
                    perform pg_advisory_unlock_shared(7103, on_queue.id), set_config('holdfast.asleep', '', false);
                end if;
            end $$;
            comment on function queue.claim is 'Leases up to `most` ready jobs to a worker, the earliest turn first. One with crashes of 2 or more is to run with nothing beside it: release what came with it';

            create or replace function queue.sleep(worker bigint) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '500ms' as $$
            declare on_queue integer;
            begin
                select w.queue_id into on_queue from queue.worker w where w.id = worker;
                if not found then
                    raise exception 'worker % was given up, or never was', coalesce(worker::text, 'null') using errcode = '55000',
                        hint = 'Call queue.register for a new one.';
                end if;
                perform queue.check_worker(on_queue);
                -- The lock itself is asked for: a transaction that is rolled back takes the setting back, and not the lock.
                if not exists (
                    select from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted
                        and l.database = (select d.oid from pg_database d where d.datname = current_database())
                        and l.classid = 7103 and l.objid = on_queue::oid and l.objsubid = 2)
                then
                    perform pg_advisory_lock_shared(7103, on_queue);
                end if;
                perform set_config('holdfast.asleep', on_queue::text, false);
            end $$;
            comment on function queue.sleep is
                'From now on NOTIFY wakes this session''s worker, until a claim finds something; claim once more before you wait';
            """#)
}
