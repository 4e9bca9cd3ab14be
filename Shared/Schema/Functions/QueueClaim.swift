extension SchemaObject {
    /// Batch claim with SKIP LOCKED; limits by queue, group and rate.
    static let queueClaim = SchemaObject(
        sql: #"""
            create or replace function queue.check_worker(queue_id integer) returns void
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
            declare on_queue queue.queue;
            begin
                select * into on_queue from queue.queue q where q.id = check_worker.queue_id;
                if not pg_has_role(session_user, on_queue.worker_role, 'member') then
                    raise exception 'role % may not work on queue %', session_user, on_queue.name using errcode = '42501',
                        hint = 'Only ' || on_queue.worker_role || ' may.';
                end if;
            end $$;
            comment on function queue.check_worker is 'An error if the caller may not work on the queue';

            create or replace function queue.claim(worker bigint, most integer) returns table (
                job_id bigint, token bigint, kind text, payload jsonb, attempt integer, max_attempts integer, group_key text,
                cause_job_id bigint, enqueued_at timestamptz)
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue queue.queue;
                room integer := most;
                claimed integer;
            begin
                select q.* into on_queue from queue.worker w join queue.queue q on q.id = w.queue_id where w.id = worker;
                if not found then
                    raise exception 'worker % was given up', worker using errcode = '55000', hint = 'Call queue.register for a new one.';
                end if;
                perform queue.check_worker(on_queue.id);
                if on_queue.paused_at is not null or room < 1 then return; end if;
                if on_queue.workers is not null or on_queue.per_group is not null or on_queue.rate is not null then
                    -- Limits over all processes are counted by one claimer at a time.
                    perform pg_advisory_xact_lock(7102, on_queue.id);
                    if on_queue.workers is not null then
                        room := least(room, on_queue.workers - (select count(*) from queue.lease l where l.queue_id = on_queue.id)::integer);
                    end if;
                    if on_queue.rate is not null then
                        update queue.queue q set
                            rate_tokens = least(greatest(q.rate, 1),
                                q.rate_tokens + q.rate * extract(epoch from clock_timestamp() - q.rate_filled_at)),
                            rate_filled_at = clock_timestamp()
                        where q.id = on_queue.id returning least(room, floor(q.rate_tokens)::integer) into room;
                    end if;
                    if room < 1 then return; end if;
                end if;
                return query
                with running as materialized (
                    select l.group_key, count(*) as jobs from queue.lease l
                    where on_queue.per_group is not null and l.queue_id = on_queue.id and l.group_key is not null group by 1
                ), head as materialized (
                    select r.job_id, r.priority, r.group_key from queue.ready r
                    where r.queue_id = on_queue.id and (on_queue.per_group is null or r.group_key is null or coalesce(
                        (select u.jobs from running u where u.group_key = r.group_key), 0) < on_queue.per_group)
                    order by r.priority, r.job_id
                    limit case when on_queue.per_group is null then room else room * 10 end
                    for update skip locked
                ), placed as (
                    select h.job_id, h.priority, h.group_key,
                        row_number() over (partition by h.group_key order by h.priority, h.job_id) as place
                    from head h
                ), picked as materialized (
                    select p.job_id, p.priority from placed p
                    where on_queue.per_group is null or p.group_key is null
                        or p.place + coalesce((select u.jobs from running u where u.group_key = p.group_key), 0) <= on_queue.per_group
                    order by p.priority, p.job_id limit room
                ), taken as (
                    delete from queue.ready r using picked p
                    where r.queue_id = on_queue.id and r.priority = p.priority and r.job_id = p.job_id returning r.*
                ), leased as (
                    insert into queue.lease as l (job_id, queue_id, priority, enqueued_at, worker_id, attempt, crashes, group_key)
                    select t.job_id, t.queue_id, t.priority, t.enqueued_at, worker, t.attempt + 1, t.crashes, t.group_key from taken t
                    returning l.*
                ), freed as (
                    delete from queue.unique_key u using picked p where u.job_id = p.job_id and u.scope = 'waiting'
                )
                select l.job_id, l.token, j.kind, j.payload, l.attempt::integer, j.max_attempts::integer, l.group_key, j.cause_job_id,
                    l.enqueued_at
                from leased l join queue.job j on j.id = l.job_id and j.enqueued_at = l.enqueued_at
                order by l.priority, l.job_id;
                get diagnostics claimed = row_count;
                if claimed > 0 then
                    if on_queue.rate is not null then
                        update queue.queue q set rate_tokens = q.rate_tokens - claimed where q.id = on_queue.id;
                    end if;
                    delete from queue.sleeper s where s.worker_id = worker;
                end if;
            end $$;
            comment on function queue.claim is 'Leases up to `most` ready jobs to a worker, the lowest priority first';

            create or replace function queue.sleep(worker bigint) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                insert into queue.sleeper select w.id, w.queue_id from queue.worker w where w.id = worker on conflict do nothing
            $$;
            comment on function queue.sleep is 'Says that a worker found nothing and waits for NOTIFY on holdfast_<queue>; it then looks once more';
            """#)
}
