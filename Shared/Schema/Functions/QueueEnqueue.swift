extension SchemaObject {
    /// Enqueue commits with the caller's transaction, or not at all.
    static let queueEnqueue = SchemaObject(
        sql: #"""
            create or replace function queue.enqueue(
                queue text, kind text, payload jsonb default '{}', run_in interval default '0', priority integer default 0,
                unique_key text default null, unique_scope text default 'live', group_key text default null,
                max_attempts integer default 20
            ) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer := queue.id_of(queue);
                new_id bigint;
                holder bigint;
                now_at timestamptz := now();
            begin
                perform queue.check_payload(payload, 1048576);
                if kind is null or length(kind) not between 1 and 100 then
                    raise exception 'a job''s kind has 1 to 100 characters' using errcode = '22023';
                end if;
                if run_in is null or run_in < interval '0' or run_in > interval '10 years' then
                    raise exception 'run_in is %; it must be from 0 to 10 years', coalesce(run_in::text, 'null') using errcode = '22023',
                        hint = 'A job for now has run_in ''0''.';
                end if;
                if priority is null or priority not between -32768 and 32767 then
                    raise exception 'priority is %; it must be from -32768 to 32767', coalesce(priority::text, 'null') using errcode = '22023';
                end if;
                if max_attempts is null or max_attempts not between 1 and 1000 then
                    raise exception 'max_attempts is %; it must be from 1 to 1000', coalesce(max_attempts::text, 'null')
                        using errcode = '22023';
                end if;
                if unique_scope is null or unique_scope not in ('waiting', 'live') then
                    raise exception 'unique_scope is %; it must be waiting or live', coalesce(quote_literal(unique_scope), 'null')
                        using errcode = '22023';
                end if;
                new_id := nextval(pg_get_serial_sequence('queue.job', 'id'));
                if unique_key is not null then
                    loop
                        insert into queue.unique_key as u values (on_queue, unique_key, new_id, unique_scope) on conflict do nothing;
                        exit when found;
                        select u.job_id into holder from queue.unique_key u
                        where u.queue_id = on_queue and u.key = enqueue.unique_key;
                        if found then return holder; end if;
                    end loop;
                end if;
                insert into queue.job overriding system value
                values (new_id, on_queue, kind, payload, priority, max_attempts, unique_key, group_key, queue.cause(), now_at);
                if run_in > interval '0' then
                    insert into queue.scheduled (job_id, queue_id, priority, enqueued_at, run_at, group_key)
                    values (new_id, on_queue, priority, now_at, now_at + run_in, group_key);
                else
                    insert into queue.ready (queue_id, priority, job_id, enqueued_at, group_key)
                    values (on_queue, priority, new_id, now_at, group_key);
                    perform queue.wake(on_queue);
                end if;
                return new_id;
            end $$;
            comment on function queue.enqueue is
                'Adds a job in the caller''s transaction and answers its id, or the id of the job that holds unique_key';

            create or replace function queue.enqueue_many(
                queue text, kind text, payloads jsonb[], group_keys text[] default null, priority integer default 0,
                max_attempts integer default 20
            ) returns bigint[]
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer := queue.id_of(queue);
                ids bigint[];
                now_at timestamptz := now();
            begin
                if group_keys is not null and cardinality(group_keys) <> cardinality(payloads) then
                    raise exception 'there are % payloads and % group keys', cardinality(payloads), cardinality(group_keys)
                        using errcode = '22023', hint = 'Pass one group key for each payload, or null for none.';
                end if;
                if kind is null or length(kind) not between 1 and 100 then
                    raise exception 'a job''s kind has 1 to 100 characters' using errcode = '22023';
                end if;
                perform queue.check_payload(p, 1048576) from unnest(payloads) as p;
                with given as (
                    select nextval(pg_get_serial_sequence('queue.job', 'id')) as id, p.payload, p.place, group_keys[p.place] as group_key
                    from unnest(payloads) with ordinality as p (payload, place)
                ), bodies as (
                    insert into queue.job overriding system value
                    select id, on_queue, enqueue_many.kind, payload, priority, max_attempts, null, group_key, queue.cause(), now_at
                    from given
                ), waiting as (
                    insert into queue.ready (queue_id, priority, job_id, enqueued_at, group_key)
                    select on_queue, priority, id, now_at, group_key from given
                )
                select coalesce(array_agg(id order by place), '{}') into ids from given;
                if cardinality(ids) > 0 then perform queue.wake(on_queue); end if;
                return ids;
            end $$;
            comment on function queue.enqueue_many is 'Adds a job for each payload and answers their ids in the same order';

            create or replace function queue.publish(topic text, key text, payload jsonb) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                subscription record;
                jobs integer := 0;
            begin
                perform queue.check_payload(payload, 8192);
                if topic is null or topic !~ '^[a-z]+\.[a-z]+$' then
                    raise exception '% is no topic', coalesce(quote_literal(topic), 'null') using errcode = '22023',
                        hint = 'A topic is named noun.verb, such as account.changed.';
                end if;
                for subscription in
                    select q.name, s.kind from queue.subscription s join queue.queue q on q.id = s.queue_id
                    where s.topic = publish.topic order by q.name
                loop
                    perform queue.enqueue(subscription.name, subscription.kind, payload, group_key => key);
                    jobs := jobs + 1;
                end loop;
                return jobs;
            end $$;
            comment on function queue.publish is 'Adds a job to each queue that is subscribed to the topic; answers how many';
            """#)
}
