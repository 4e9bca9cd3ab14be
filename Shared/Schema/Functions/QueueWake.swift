extension SchemaObject {
    /// The small parts that the queue's other functions share.
    static let queueWake = SchemaObject(
        sql: #"""
            create or replace function queue.wake(queue_id integer) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                -- NOTIFY takes a lock that every notifying commit waits for, so a queue whose workers are busy sends none: a
                -- worker that sleeps shares this lock for as long (queue.sleep), and only then it can't be had alone.
                if pg_try_advisory_lock(7103, queue_id) then
                    perform pg_advisory_unlock(7103, queue_id);
                else
                    perform pg_notify('holdfast_' || q.name, '') from queue.queue q where q.id = wake.queue_id;
                end if;
            end $$;
            comment on function queue.wake is 'Wakes the sleeping workers of a queue, if there are any';

            create or replace function queue.id_of(queue text) returns integer
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
            declare found_id integer;
            begin
                select q.id into found_id from queue.queue q where q.name = queue;
                if found_id is null then
                    raise exception 'there is no queue named %', coalesce(quote_literal(queue), 'null') using errcode = '22023',
                        hint = 'The queues are ' || (select string_agg(q.name, ', ' order by q.name) from queue.queue q) || '.';
                end if;
                return found_id;
            end $$;
            comment on function queue.id_of is 'The id of a queue by its name; an unknown name is an error that lists the known ones';

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

            create or replace function queue.cause() returns bigint
            language sql stable set search_path = pg_catalog, pg_temp as $$
                select substring(current_setting('holdfast.job_id', true) from '^\d{1,18}$')::bigint
            $$;
            comment on function queue.cause is 'The job in whose handler this transaction runs, by the setting holdfast.job_id';

            create or replace function queue.check_payload(payload jsonb, most integer) returns void
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            declare bytes integer;
            begin
                if payload is null then
                    raise exception 'a job needs a payload' using errcode = '22004', hint = 'Pass ''{}'' where there is nothing to say.';
                end if;
                -- One that comes compressed out of a table is measured as it will be read.
                bytes := case when pg_column_compression(payload) is null then pg_column_size(payload) else octet_length(payload::text) end;
                if bytes > most then
                    raise exception 'the payload has % bytes; the limit is %', bytes, most using errcode = '54000',
                        hint = 'Pass ids and let the handler read the rows.';
                end if;
            end $$;
            comment on function queue.check_payload is 'An error if a payload is missing or too long';

            create or replace function queue.check_key(key text) returns void
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            begin
                if octet_length(key) > 500 then
                    raise exception 'a key has % bytes; the limit is 500', octet_length(key) using errcode = '22023',
                        hint = 'Pass a digest of it.';
                end if;
            end $$;
            comment on function queue.check_key is 'An error if a unique key or a group key is too long';

            create or replace function queue.check_topic(topic text) returns void
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            begin
                if topic is null or topic !~ '^[a-z]+\.[a-z]+$' then
                    raise exception '% is no topic', coalesce(quote_literal(topic), 'null') using errcode = '22023',
                        hint = 'A topic is named noun.verb, such as account.changed.';
                end if;
            end $$;
            comment on function queue.check_topic is 'An error if a topic is missing or not named as topics are';

            create or replace function queue.check_kind(kind text) returns void
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            begin
                if kind is null or length(kind) not between 1 and 100 then
                    raise exception 'a job''s kind has 1 to 100 characters; this one has %', coalesce(length(kind), 0)
                        using errcode = '22023', hint = 'A kind names its handler, such as account.score.';
                end if;
            end $$;
            comment on function queue.check_kind is 'An error if a kind is missing or too long';
            """#)
}
