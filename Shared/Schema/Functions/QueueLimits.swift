extension SchemaObject {
    /// Limits over all processes: workers, rate, and jobs of one group at once. Queues without limits never come here.
    static let queueLimits = SchemaObject(
        sql: #"""
            create or replace function queue.room(on_queue queue.queue, most integer) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare room integer := most;
            begin
                -- What is free is counted by one claimer at a time, until its claim is committed.
                perform pg_advisory_xact_lock(7102, on_queue.id);
                if on_queue.workers is not null then
                    room := least(room, on_queue.workers - (select count(*) from queue.lease l where l.queue_id = on_queue.id)::integer);
                end if;
                if on_queue.rate is not null then
                    -- A bucket that holds what may start in one second, and at least one job.
                    insert into queue.rate as r values (on_queue.id, greatest(on_queue.rate, 1), clock_timestamp())
                    on conflict on constraint rate_pkey do update set
                        tokens = least(greatest(on_queue.rate, 1),
                            r.tokens + on_queue.rate * extract(epoch from clock_timestamp() - r.filled_at)),
                        filled_at = clock_timestamp()
                    returning least(room, floor(r.tokens)::integer) into room;
                end if;
                return room;
            end $$;
            comment on function queue.room is 'How many jobs a claim may start now under the queue''s limits, at most `most`';

            create or replace function queue.running_in_group(on_queue integer, per_group integer) returns table (
                group_key text, jobs bigint)
            language sql stable security definer set search_path = pg_catalog, pg_temp as $$
                select g.group_key, count(*) from (
                    select l.group_key from queue.lease l where l.queue_id = on_queue and l.group_key is not null
                    union all
                    -- In order means: the next one waits also while this one waits to be tried again.
                    select s.group_key from queue.scheduled s
                    where per_group = 1 and s.queue_id = on_queue and s.attempt > 0 and s.group_key is not null
                ) g group by g.group_key
            $$;
            comment on function queue.running_in_group is 'How many places of each group are taken';

            create or replace function queue.next_by_group(on_queue integer, per_group integer, most integer) returns tid[]
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                waiting text := '';
                free integer;
                window_size integer := most + 100;
                seen integer;
                moved integer;
                places tid[];
            begin
                -- Groups with a place come back from where they were set aside. Each group there has, or had, a job running, so
                -- that they are few, however many jobs they have: they are walked by the index, one step a group.
                loop
                    select b.group_key into waiting from queue.blocked b
                    where b.queue_id = on_queue and b.group_key > waiting order by b.group_key limit 1;
                    exit when not found;
                    free := per_group - coalesce((select u.jobs from queue.running_in_group(on_queue, per_group) u
                        where u.group_key = waiting), 0);
                    continue when free < 1;
                    with back as (
                        delete from queue.blocked b using (
                            select k.turn_at, k.job_id from queue.blocked k where k.queue_id = on_queue and k.group_key = waiting
                            order by k.turn_at, k.job_id limit free for update skip locked) first
                        where b.queue_id = on_queue and b.group_key = waiting and b.turn_at = first.turn_at and b.job_id = first.job_id
                        returning b.*
                    )
                    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
                    select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from back;
                end loop;
                -- What the head of the line holds of full groups is set aside, so that it is read once and not by every claim.
                loop
                    with running as materialized (
                        select * from queue.running_in_group(on_queue, per_group)
                    ), head as materialized (
                        select r.ctid as place, r.turn_at, r.job_id, r.group_key from queue.ready r where r.queue_id = on_queue
                        order by r.turn_at, r.job_id limit window_size for update skip locked
                    ), numbered as materialized (
                        select h.*, h.group_key is null or coalesce(u.jobs, 0)
                            + row_number() over (partition by h.group_key order by h.turn_at, h.job_id) <= per_group as fits
                        from head h left join running u on u.group_key = h.group_key
                    ), full_groups as (
                        delete from queue.ready r using numbered n where r.ctid = n.place and not n.fits returning r.*
                    ), aside as (
                        insert into queue.blocked (queue_id, group_key, turn_at, job_id, enqueued_at, attempt, crashes, keyed)
                        select queue_id, group_key, turn_at, job_id, enqueued_at, attempt, crashes, keyed from full_groups returning 1
                    )
                    select count(*), (select count(*) from aside),
                        (array_agg(n.place order by n.turn_at, n.job_id) filter (where n.fits))[:most]
                    into seen, moved, places from numbered n;
                    exit when moved = 0 or seen < window_size or cardinality(places) >= most;
                    window_size := least(window_size * 2, 10000);
                end loop;
                return places;
            end $$;
            comment on function queue.next_by_group is
                'The places of a queue''s first jobs whose groups have a place; the others at its head are set aside';
            """#)
}
