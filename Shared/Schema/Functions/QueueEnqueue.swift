extension SchemaObject {
    /// Enqueue commits with the caller's transaction, or not at all.
    ///
    /// What is checked is checked in place, and a function that says what is wrong is called only where something is: the
    /// calls were half of the 0.24 ms that a job took by itself, most of it for a function in SQL, which PostgreSQL 15
    /// parses and plans anew in each transaction.
    static let queueEnqueue = SchemaObject(
        sql: #"""
            create or replace function queue.check_options(
                kind text, run_in interval, priority integer, max_attempts integer, unique_scope text
            ) returns void
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_kind(kind);
                if run_in is null or run_in < interval '0' or run_in > interval '10 years' then
                    raise exception 'run_in is %; it must be from 0 to 10 years', coalesce(run_in::text, 'null') using errcode = '22023',
                        hint = 'A job for now has run_in ''0''.';
                end if;
                if priority is null or priority not between -32768 and 32767 then
                    raise exception 'priority is %; it must be from -32768 to 32767', coalesce(priority::text, 'null')
                        using errcode = '22023', hint = 'The lower runs first; the usual is 0.';
                end if;
                if max_attempts is null or max_attempts not between 1 and 1000 then
                    raise exception 'max_attempts is %; it must be from 1 to 1000', coalesce(max_attempts::text, 'null')
                        using errcode = '22023', hint = 'The usual is 20.';
                end if;
                if unique_scope is null or unique_scope not in ('waiting', 'live') then
                    raise exception 'unique_scope is %; it must be waiting or live', coalesce(quote_literal(unique_scope), 'null')
                        using errcode = '22023', hint = 'waiting: one may wait while one runs; live: one in all.';
                end if;
            end $$;
            comment on function queue.check_options is 'An error if what is said of a new job is out of its range';

            create or replace function queue.enqueue(
                queue text, kind text, payload jsonb default '{}', run_in interval default '0', priority integer default 0,
                unique_key text default null, unique_scope text default 'live', group_key text default null,
                max_attempts integer default 20
            ) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer;
                new_id bigint;
                holder bigint;
                now_at timestamptz := now();
                turn_at timestamptz;
            begin
                select q.id into on_queue from queue.queue q where q.name = queue;
                if on_queue is null then on_queue := queue.id_of(queue); end if;
                if (pg_column_size(payload) <= 1048576 and pg_column_compression(payload) is null) is not true then perform queue.check_payload(payload, 1048576); end if;
                if (length(kind) between 1 and 100 and run_in between interval '0' and interval '10 years'
                    and priority between -32768 and 32767 and max_attempts between 1 and 1000
                    and unique_scope in ('waiting', 'live')) is not true
                then
                    perform queue.check_options(kind, run_in, priority, max_attempts, unique_scope);
                end if;
                if octet_length(unique_key) > 500 then perform queue.check_key(unique_key); end if;
                if octet_length(group_key) > 500 then perform queue.check_key(group_key); end if;
                turn_at := now_at + run_in + priority * interval '1 minute';
                group_key := nullif(group_key, '');
                new_id := nextval('queue.job_id_seq');
                if unique_key is not null then
                    loop
                        insert into queue.unique_key as u values (on_queue, unique_key, new_id, unique_scope) on conflict do nothing;
                        exit when found;
                        select u.job_id into holder from queue.unique_key u
                        where u.queue_id = on_queue and u.key = enqueue.unique_key;
                        if found then return holder; end if;
                    end loop;
                end if;
                insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, unique_key, group_key, cause_job_id,
                    enqueued_at, turn_at) overriding system value
                values (new_id, on_queue, kind, payload, priority, max_attempts, unique_key, group_key,
                    substring(current_setting('holdfast.job_id', true) from '^\d{1,18}$')::bigint, now_at, turn_at);
                if run_in > interval '0' then
                    insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, keyed, group_key)
                    values (new_id, on_queue, now_at, now_at + run_in, turn_at, unique_key is not null, group_key);
                else
                    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, keyed, group_key)
                    values (on_queue, turn_at, new_id, now_at, unique_key is not null, group_key);
                    if pg_try_advisory_lock(7103, on_queue) then
                        perform pg_advisory_unlock(7103, on_queue);
                    else
                        perform queue.wake(on_queue);
                    end if;
                end if;
                return new_id;
            end $$;
            comment on function queue.enqueue is
                'Adds a job in the caller''s transaction and answers its id, or the id of the job that holds unique_key';

            create or replace function queue.publish(topic text, key text, payload jsonb) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                subscription record;
                jobs integer := 0;
            begin
                perform queue.check_payload(payload, 8192);
                perform queue.check_topic(topic);
                if jsonb_typeof(payload) <> 'object' then
                    raise exception 'the payload of a topic is an object, and not %', jsonb_typeof(payload) using errcode = '22023',
                        hint = 'Such as {"accounts": [1, 2]}.';
                end if;
                for subscription in
                    select q.name, s.kind from queue.subscription s join queue.queue q on q.id = s.queue_id
                    where s.topic = publish.topic and s.expired_at is null order by q.name
                loop
                    perform queue.enqueue(subscription.name, subscription.kind, payload, group_key => key);
                    jobs := jobs + 1;
                end loop;
                return jobs;
            end $$;
            comment on function queue.publish is 'Adds a job to each queue that is subscribed to the topic; answers how many';
            """#)
}
