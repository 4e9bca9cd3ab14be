extension SchemaObject {
    /// One statement every 2 s a process: heartbeat, rescue, delays, schedules and compaction.
    static let queueBeat = SchemaObject(
        sql: #"""
            create or replace function queue.register(queue text, host text, process_id integer, version text) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer := queue.id_of(queue);
                new_id bigint;
            begin
                perform queue.check_worker(on_queue);
                if host is null or process_id is null or version is null then
                    raise exception 'host is %, process_id is % and version is %', coalesce(host, 'null'), coalesce(process_id::text, 'null'),
                        coalesce(version, 'null') using errcode = '22004', hint = 'Say all three: report.worker shows them.';
                end if;
                -- Where one that was steady has been heard a moment ago, the database has been there since then for the new one
                -- too. Else workers that die faster than they become steady would never be given up.
                insert into queue.worker (queue_id, host, process_id, version, steady_at)
                values (on_queue, left(host, 200), process_id, left(version, 100), coalesce((
                    select min(w.steady_at) from queue.worker w where w.seen_at > clock_timestamp() - interval '4 seconds'), now()))
                returning id into new_id;
                update queue.queue q set worked_at = now() where q.id = on_queue;
                update queue.subscription s set expired_at = null where s.queue_id = on_queue and s.expired_at is not null;
                return new_id;
            end $$;
            comment on function queue.register is 'A new worker on a queue; answers its id';

            create or replace function queue.give_up(worker bigint) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                lost queue.lease;
                back queue.lease[];
                jobs integer := 0;
                is_alone boolean := (select count(*) = 1 from queue.lease l where l.worker_id = worker);
                -- A server that was away itself says nothing of the worker, nor of what it ran.
                crash integer := coalesce((select case when w.seen_at > pg_postmaster_start_time() then 1 else 0 end
                    from queue.worker w where w.id = worker), 0);
            begin
                for lost in delete from queue.lease l where l.worker_id = worker returning l.* loop
                    lost.crashes := lost.crashes + crash;
                    -- Only a job that nothing ran beside is known to have done it; but nobody dies ten times by others.
                    if lost.crashes >= 10 or lost.crashes >= 3 and is_alone then
                        perform queue.bury(lost, 'it killed its worker ' || lost.crashes || ' times');
                    else
                        back := back || lost;
                    end if;
                    jobs := jobs + 1;
                end loop;
                perform queue.give_back(back, 1);
                update queue.queue q set worked_at = now() from queue.worker w where w.id = worker and q.id = w.queue_id;
                delete from queue.worker w where w.id = worker;
                return jobs;
            end $$;
            comment on function queue.give_up is 'Takes a dead worker''s jobs from it; a job that killed its worker three times is dead';

            create or replace function queue.reclaim(worker bigint, held bigint[], older_than interval) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare strayed queue.lease[];
            begin
                with gone as (
                    delete from queue.lease l where l.worker_id = worker and l.job_id <> all (held)
                        and l.claimed_at <= clock_timestamp() - older_than
                    returning l as lease
                )
                select array_agg(gone.lease) into strayed from gone;
                return queue.give_back(strayed, 0);
            end $$;
            comment on function queue.reclaim is
                'Makes jobs ready that are leased to a worker without its knowledge, as when the answer to a claim was lost';

            create or replace function queue.leave(worker bigint) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(w.queue_id) from queue.worker w where w.id = worker;
                perform queue.reclaim(worker, '{}', interval '0');
                update queue.queue q set worked_at = now() from queue.worker w where w.id = worker and q.id = w.queue_id;
                delete from queue.worker w where w.id = worker;
            end $$;
            comment on function queue.leave is 'A worker stops in order: what it still holds is given back without counting an attempt';

            create or replace function queue.wake_due() returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare moved integer;
            begin
                with due as (
                    delete from queue.scheduled s where s.job_id in (
                        select d.job_id from queue.scheduled d where d.run_at <= clock_timestamp()
                        order by d.run_at limit 1000 for update skip locked)
                    returning s.*
                ), ready as (
                    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
                    select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from due returning queue_id
                )
                select sum(r.jobs) + 0 * count(queue.wake(r.queue_id)) into moved
                from (select queue_id, count(*) as jobs from ready group by 1) as r;
                return coalesce(moved, 0);
            end $$;
            comment on function queue.wake_due is 'Makes jobs ready whose time has come, at most 1000; answers how many';

            create or replace function queue.beat(worker bigint, backends integer[], held bigint[]) returns table (
                alive boolean, ready boolean, cancelled bigint[], lag_s double precision)
            language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '500ms' as $$
            declare
                on_queue integer;
                is_steady boolean;
                silent record;
                first_at timestamptz;
            begin
                update queue.worker w set seen_at = clock_timestamp(), backends = coalesce(beat.backends, '{}'),
                    steady_at = case when w.seen_at < clock_timestamp() - interval '4 seconds' then clock_timestamp() else w.steady_at end
                where w.id = worker returning w.queue_id, w.steady_at < clock_timestamp() - interval '6 seconds' into on_queue, is_steady;
                if not found then
                    return query select false, false, '{}'::bigint[], null::double precision;
                    return;
                end if;
                perform queue.check_worker(on_queue);

                -- A worker beats every 2 s and stops its own jobs after 5 s without an answer; after 6 s it is given up, by one
                -- that has been heard itself for as long, or follows such a one: else it may be the database that was away. Its backends are ended first,
                -- for one that hangs inside a transaction still holds the lock on its lease. What can't be done for one worker is
                -- tried again with the next beat (report.alarm says so), and keeps nobody's sign of life from being one.
                for silent in
                    select w.id, w.backends, q.worker_role from queue.worker w join queue.queue q on q.id = w.queue_id
                    where is_steady and w.seen_at < clock_timestamp() - interval '6 seconds' for update of w skip locked
                loop
                    begin
                        perform pg_terminate_backend(a.pid) from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
                        where a.pid = any (silent.backends) and a.pid <> pg_backend_pid()
                            and r.oid <> (select n.nspowner from pg_namespace n where n.nspname = 'queue')
                            and (r.rolname = silent.worker_role
                                or not r.rolsuper and pg_has_role(r.oid, silent.worker_role, 'member'));
                    exception when insufficient_privilege then null;
                    end;
                    begin
                        perform queue.give_up(silent.id);
                    exception when lock_not_available then null;
                    end;
                end loop;

                for silent in
                    select distinct l.worker_id as id from queue.lease l
                    where not exists (select from queue.worker w where w.id = l.worker_id)
                loop
                    begin
                        perform queue.give_up(silent.id);
                    exception when lock_not_available then null;
                    end;
                end loop;

                perform queue.reclaim(worker, held, interval '20 seconds');
                while queue.wake_due() = 1000 loop null; end loop;
                perform queue.tick();
                perform queue.compact();
                select r.enqueued_at into first_at from queue.ready r join queue.queue q on q.id = r.queue_id
                where r.queue_id = on_queue and q.paused_at is null order by r.turn_at, r.job_id limit 1;
                return query select true,
                    first_at is not null or exists (select from queue.blocked b where b.queue_id = on_queue),
                    (select coalesce(array_agg(l.job_id), '{}') from queue.lease l
                     where l.worker_id = worker and l.cancelled_at is not null),
                    coalesce(extract(epoch from clock_timestamp() - first_at), 0)::double precision;
            end $$;
            comment on function queue.beat is
                'A worker''s sign of life every 2 s, and with it all upkeep: gives up silent workers, wakes due jobs, ticks schedules. '
                '`backends` are the process ids of its sessions, to be ended if it hangs; `held` the jobs that it knows it has: others '
                'leased to it for 20 s are made ready again. Answers whether the worker is alive to the queue, whether jobs wait, which of its jobs to cancel, and for how long '
                'the first in line waits';
            """#)
}
