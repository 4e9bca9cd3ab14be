extension SchemaObject {
    /// What operators and services do with whole queues and single jobs.
    static let queueOperate = SchemaObject(
        sql: #"""
            create or replace function queue.subscribe(topic text, queue text, kind text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(queue.id_of(queue));
                perform queue.check_topic(topic);
                perform queue.check_kind(kind);
                insert into queue.subscription as s (topic, queue_id, kind)
                values (subscribe.topic, queue.id_of(subscribe.queue), subscribe.kind)
                on conflict on constraint subscription_pkey do update set kind = excluded.kind, expired_at = null
                where s.kind <> excluded.kind or s.expired_at is not null;
            end $$;
            comment on function queue.subscribe is 'From now on each publication of the topic adds a job to the queue';

            create or replace function queue.unsubscribe(topic text, queue text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(queue.id_of(queue));
                delete from queue.subscription s where s.topic = unsubscribe.topic and s.queue_id = queue.id_of(unsubscribe.queue);
            end $$;
            comment on function queue.unsubscribe is 'Ends a subscription';

            create or replace function queue.configure(
                queue text, workers integer default null, rate double precision default null, per_group integer default null
            ) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare on_queue integer := queue.id_of(queue);
            begin
                if workers < 1 or rate < 0.001 or rate > 1e6 or per_group < 1 then
                    raise exception 'workers is %, rate is % and per_group is %', workers, rate, per_group using errcode = '22023',
                        hint = 'workers and per_group are at least 1, rate is from 0.001 to 1,000,000 a second; null is no limit.';
                end if;
                update queue.queue q set workers = configure.workers, rate = configure.rate, per_group = configure.per_group
                where q.id = on_queue;
                delete from queue.rate r where r.queue_id = on_queue;
                -- Claims may set jobs aside until they are told of the new limit, which is when they have the lock.
                perform pg_advisory_xact_lock(7102, on_queue);
                with back as (
                    delete from queue.blocked b where b.queue_id = on_queue returning b.*
                )
                insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
                select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from back;
                perform queue.wake(on_queue);
            end $$;
            comment on function queue.configure is
                'Sets a queue''s limits over all processes: jobs at once, jobs a second, jobs of one group at once. All three: what is not said, or null, is no limit';

            create or replace function queue.pause(queue text) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                update queue.queue q set paused_at = coalesce(q.paused_at, now()) where q.id = queue.id_of(pause.queue)
            $$;
            comment on function queue.pause is 'Nothing more is claimed from the queue; what runs ends';

            create or replace function queue.resume(queue text) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                update queue.queue q set paused_at = null where q.id = queue.id_of(resume.queue);
                select queue.wake(queue.id_of(resume.queue))
            $$;
            comment on function queue.resume is 'Ends a pause';

            create or replace function queue.cancel(job bigint) returns text
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                body record;
                attempts smallint;
            begin
                update queue.lease l set cancelled_at = now() where l.job_id = job;
                if found then return 'asked'; end if;
                with letter as (
                    delete from queue.dead d where d.job_id = job returning d.*
                )
                insert into queue.done (job_id, queue_id, state, attempt, enqueued_at, started_at)
                select l.job_id, l.queue_id, 'cancelled', l.attempt, l.enqueued_at, l.started_at from letter l;
                if found then return 'cancelled'; end if;
                for body in
                    select j.queue_id, j.enqueued_at, j.group_key, coalesce(j.turn_at, j.enqueued_at + j.priority * interval '1 minute') as turn_at
                    from queue.job j where j.id = job
                loop
                    delete from queue.ready r where r.queue_id = body.queue_id and r.turn_at = body.turn_at and r.job_id = job
                    returning r.attempt into attempts;
                    if not found then
                        delete from queue.scheduled s where s.job_id = job returning s.attempt into attempts;
                    end if;
                    if not found then
                        delete from queue.blocked b where b.queue_id = body.queue_id and b.group_key = body.group_key
                            and b.turn_at = body.turn_at and b.job_id = job
                        returning b.attempt into attempts;
                    end if;
                    if found then
                        delete from queue.unique_key u where u.job_id = job;
                        insert into queue.done (job_id, queue_id, state, attempt, enqueued_at)
                        values (job, body.queue_id, 'cancelled', attempts, body.enqueued_at);
                        return 'cancelled';
                    end if;
                end loop;
                return null;
            end $$;
            comment on function queue.cancel is
                'Cancels a job: cancelled if it waited or was a dead letter, asked if it runs (its worker stops it within 2 s), null if there is none';

            create or replace function queue.redrive(job bigint) returns boolean
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                letter queue.dead;
                now_at timestamptz := now();
            begin
                delete from queue.dead d where d.job_id = job returning d.* into letter;
                if not found then return false; end if;
                -- The body may be past its time already, so it is written again, under the same id.
                delete from queue.job j where j.id = job and j.enqueued_at = letter.enqueued_at;
                insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, enqueued_at, turn_at)
                    overriding system value
                values (letter.job_id, letter.queue_id, letter.kind, letter.payload, letter.priority, letter.max_attempts,
                    letter.group_key, letter.cause_job_id, now_at, now_at + letter.priority * interval '1 minute');
                insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, group_key)
                values (letter.queue_id, now_at + letter.priority * interval '1 minute', letter.job_id, now_at, letter.group_key);
                perform queue.wake(letter.queue_id);
                return true;
            end $$;
            create or replace function queue.redrive(queue text) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare on_queue integer := queue.id_of(queue);
            begin
                return (select count(*) filter (where queue.redrive(d.job_id)) from queue.dead d where d.queue_id = on_queue);
            end $$;
            comment on function queue.redrive(bigint) is 'Makes a dead letter ready again, with all its attempts, at the end of the line and without its unique key; false where there is none';
            comment on function queue.redrive(text) is 'Makes all dead letters of a queue ready again; answers how many';
            """#)
}
