extension SchemaObject {
    /// Thousands of jobs in one statement.
    ///
    /// Two inserts from arrays, each Function Scan on unnest → Insert: 10,000 jobs took 86 to 90 ms on a loaded machine, their
    /// commit included.
    static let queueEnqueueMany = SchemaObject(
        sql: #"""
            create or replace function queue.enqueue_many(
                queue text, kind text, payloads jsonb[], group_keys text[] default null, priority integer default 0,
                max_attempts integer default 20, run_in interval default '0', unique_keys text[] default null,
                unique_scope text default 'live'
            ) returns bigint[]
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer := queue.id_of(queue);
                jobs integer := coalesce(cardinality(payloads), 0);
                place integer;
                bytes integer;
                ids bigint[];
                now_at timestamptz := now();
                turn_at timestamptz;
                cause bigint := queue.cause();
            begin
                perform queue.check_options(kind, run_in, priority, max_attempts, unique_scope);
                if cardinality(group_keys) <> jobs or cardinality(unique_keys) <> jobs then
                    raise exception 'there are % payloads and % group keys, % unique keys', jobs, coalesce(cardinality(group_keys)::text, 'no'),
                        coalesce(cardinality(unique_keys)::text, 'no')
                        using errcode = '22023', hint = 'Pass one key for each payload (which may be null), or no array at all.';
                end if;
                perform queue.check_key(k) from unnest(group_keys || unique_keys) as k where octet_length(k) > 500;
                select p.place, pg_column_size(p.payload) into place, bytes from unnest(payloads) with ordinality as p (payload, place)
                where p.payload is null or pg_column_size(p.payload) > 1048576 limit 1;
                if found then
                    raise exception 'payload % of % %', place, jobs, coalesce('has ' || bytes || ' bytes; the limit is 1048576', 'is null')
                        using errcode = '22023', hint = 'Pass ids and let the handler read the rows, or ''{}'' where there is nothing to say.';
                end if;
                if unique_keys is not null then
                    -- One after the other, so that a key twice in the array is one job.
                    return (
                        select coalesce(array_agg(queue.enqueue(queue, kind, p.payload, run_in, priority, p.unique_key, unique_scope,
                            p.group_key, max_attempts) order by p.place), '{}')
                        from unnest(payloads, unique_keys, group_keys) with ordinality as p (payload, unique_key, group_key, place));
                end if;
                turn_at := now_at + run_in + priority * interval '1 minute';
                group_keys := array_replace(group_keys, '', null);
                -- The ids are drawn first, so that neither insert has to hand on what the other one returned.
                ids := array(select nextval('queue.job_id_seq') from generate_series(1, jobs));
                insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, enqueued_at, turn_at)
                    overriding system value
                select g.id, on_queue, enqueue_many.kind, g.payload, enqueue_many.priority, enqueue_many.max_attempts, g.group_key, cause,
                    now_at, turn_at
                from unnest(ids, payloads, group_keys) as g (id, payload, group_key);
                if run_in > interval '0' then
                    insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, group_key)
                    select g.id, on_queue, now_at, now_at + run_in, turn_at, g.group_key
                    from unnest(ids, group_keys) as g (id, group_key);
                else
                    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, group_key)
                    select on_queue, turn_at, g.id, now_at, g.group_key
                    from unnest(ids, group_keys) as g (id, group_key);
                    if jobs > 0 then perform queue.wake(on_queue); end if;
                end if;
                return ids;
            end $$;
            comment on function queue.enqueue_many is
                'Adds a job for each payload and answers their ids in the same order; a key that is held answers its holder';
            """#)
}
