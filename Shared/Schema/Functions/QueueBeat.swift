extension SchemaObject {
    /// One statement every 2 s a process: heartbeat, rescue, delays and cron.
    static let queueBeat = SchemaObject(
        sql: #"""
            create or replace function queue.register(queue text, host text, process_id integer, version text) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare new_id bigint;
            begin
                perform queue.check_worker(queue.id_of(queue));
                insert into queue.worker (queue_id, host, process_id, version)
                values (queue.id_of(queue), left(host, 200), process_id, left(version, 100)) returning id into new_id;
                return new_id;
            end $$;
            comment on function queue.register is 'A new worker on a queue; answers its id';

            create or replace function queue.give_up(worker bigint) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                lost queue.lease;
                jobs integer := 0;
            begin
                for lost in delete from queue.lease l where l.worker_id = worker returning l.* loop
                    lost.crashes := lost.crashes + 1;
                    if lost.crashes >= 3 then
                        perform queue.bury(lost, 'it killed its worker ' || lost.crashes || ' times');
                    else
                        insert into queue.ready (queue_id, priority, job_id, enqueued_at, attempt, crashes, group_key)
                        values (lost.queue_id, lost.priority, lost.job_id, lost.enqueued_at, lost.attempt, lost.crashes, lost.group_key);
                        perform queue.wake(lost.queue_id);
                    end if;
                    jobs := jobs + 1;
                end loop;
                delete from queue.worker w where w.id = worker;
                return jobs;
            end $$;
            comment on function queue.give_up is 'Takes a dead worker''s jobs from it; a job that killed its worker three times is dead';

            create or replace function queue.leave(worker bigint) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(w.queue_id) from queue.worker w where w.id = worker;
                with ended as (
                    delete from queue.lease l where l.worker_id = worker returning l.*
                )
                insert into queue.ready (queue_id, priority, job_id, enqueued_at, attempt, crashes, group_key)
                select queue_id, priority, job_id, enqueued_at, attempt - 1, crashes, group_key from ended;
                perform queue.wake(w.queue_id) from queue.worker w where w.id = worker;
                delete from queue.worker w where w.id = worker;
            end $$;
            comment on function queue.leave is 'A worker stops in order: what it still holds is given back without counting an attempt';

            create or replace function queue.beat(worker bigint, backends integer[], held bigint[]) returns table (
                alive boolean, ready boolean, cancelled bigint[])
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer;
                silent record;
                due record;
                moved integer;
            begin
                update queue.worker w set seen_at = clock_timestamp(), backends = beat.backends
                where w.id = worker returning w.queue_id into on_queue;
                if not found then
                    return query select false, false, '{}'::bigint[];
                    return;
                end if;
                perform queue.check_worker(on_queue);

                -- A worker beats every 2 s and stops its own jobs after 5 s without an answer; after 6 s it is given up. Its backends
                -- are ended first, for one that hangs inside a transaction still holds the lock on its lease.
                for silent in
                    select w.id, w.backends, q.worker_role from queue.worker w join queue.queue q on q.id = w.queue_id
                    where w.seen_at < clock_timestamp() - interval '6 seconds' for update of w skip locked
                loop
                    perform pg_terminate_backend(a.pid) from pg_stat_activity a
                    where a.pid = any (silent.backends) and a.usename = silent.worker_role and a.pid <> pg_backend_pid();
                    perform queue.give_up(silent.id);
                end loop;

                    -- Leased to this worker without its knowledge: the answer to a claim was lost on the way.
                with strayed as (
                    delete from queue.lease l where l.worker_id = worker and l.job_id <> all (held)
                        and l.claimed_at < clock_timestamp() - interval '10 seconds'
                    returning l.*
                )
                insert into queue.ready (queue_id, priority, job_id, enqueued_at, attempt, crashes, group_key)
                select queue_id, priority, job_id, enqueued_at, attempt - 1, crashes, group_key from strayed;

                with due_now as (
                    delete from queue.scheduled s where s.job_id in (
                        select d.job_id from queue.scheduled d where d.run_at <= clock_timestamp()
                        order by d.run_at limit 1000 for update skip locked)
                    returning s.*
                ), moved_now as (
                    insert into queue.ready (queue_id, priority, job_id, enqueued_at, attempt, crashes, group_key)
                    select queue_id, priority, job_id, enqueued_at, attempt, crashes, group_key from due_now returning queue_id
                )
                select count(*) into moved from (
                    select queue.wake(queue_id) from (select distinct queue_id from moved_now) as queues) as woken;

                for due in
                    select c.name, c.queue_id, c.kind, c.payload, date_bin(c.every, clock_timestamp(), '2000-01-01 00:00Z') as tick
                    from queue.cron c where c.ticked_at < date_bin(c.every, clock_timestamp(), '2000-01-01 00:00Z')
                    for update skip locked
                loop
                    -- The latest tick alone is caught up; the row's lock makes it one over all processes.
                    update queue.cron c set ticked_at = due.tick where c.name = due.name;
                    perform queue.enqueue(q.name, due.kind, due.payload, unique_key => 'cron:' || due.name)
                    from queue.queue q where q.id = due.queue_id;
                end loop;

                return query select true,
                    exists (select from queue.ready r where r.queue_id = on_queue),
                    (select coalesce(array_agg(l.job_id), '{}') from queue.lease l
                     where l.worker_id = worker and l.cancelled_at is not null);
            end $$;
            comment on function queue.beat is
                'A worker''s sign of life every 2 s, and with it all upkeep: gives up silent workers, wakes due jobs, ticks schedules';

            create or replace function queue.schedule(name text, queue text, kind text, every interval, payload jsonb default '{}')
            returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(queue.id_of(queue));
                perform queue.check_payload(payload, 8192);
                if every is null or every < interval '1 second' or every > interval '366 days' then
                    raise exception 'every is %; it must be from 1 second to 366 days', coalesce(every::text, 'null') using errcode = '22023';
                end if;
                insert into queue.cron as c values (schedule.name, queue.id_of(schedule.queue), schedule.kind, schedule.payload,
                    schedule.every, date_bin(schedule.every, clock_timestamp(), '2000-01-01 00:00Z'))
                on conflict on constraint cron_pkey do update
                set queue_id = excluded.queue_id, kind = excluded.kind, payload = excluded.payload, every = excluded.every
                where (c.queue_id, c.kind, c.payload, c.every)
                    is distinct from (excluded.queue_id, excluded.kind, excluded.payload, excluded.every);
            end $$;
            comment on function queue.schedule is 'Enqueues a job of this kind at every whole multiple of a time since 2000-01-01 UTC';
            """#)
}
