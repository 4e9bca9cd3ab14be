extension SchemaObject {
    /// What operators and services do with whole queues and single jobs.
    static let queueOperate = SchemaObject(
        sql: #"""
            create or replace function queue.subscribe(topic text, queue text, kind text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(queue.id_of(queue));
                insert into queue.subscription as s (topic, queue_id, kind)
                values (subscribe.topic, queue.id_of(subscribe.queue), subscribe.kind)
                on conflict on constraint subscription_pkey do update set kind = excluded.kind where s.kind <> excluded.kind;
            end $$;
            comment on function queue.subscribe is 'From now on each publication of the topic adds a job to the queue';

            create or replace function queue.unsubscribe(topic text, queue text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(queue.id_of(queue));
                delete from queue.subscription s where s.topic = unsubscribe.topic and s.queue_id = queue.id_of(unsubscribe.queue);
            end $$;
            comment on function queue.unsubscribe is 'Ends a subscription';

            create or replace function queue.configure(queue text, workers integer, rate double precision, per_group integer) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                update queue.queue q
                set workers = configure.workers, rate = configure.rate, per_group = configure.per_group
                where q.id = queue.id_of(configure.queue)
            $$;
            comment on function queue.configure is 'Sets a queue''s limits over all processes; null is no limit';

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
            declare gone record;
            begin
                update queue.lease l set cancelled_at = now() where l.job_id = job;
                if found then return 'asked'; end if;
                delete from queue.ready r where r.job_id = job returning r.queue_id, r.attempt, r.enqueued_at into gone;
                if not found then
                    delete from queue.scheduled s where s.job_id = job returning s.queue_id, s.attempt, s.enqueued_at into gone;
                    if not found then return null; end if;
                end if;
                delete from queue.unique_key u where u.job_id = job;
                insert into queue.done (job_id, queue_id, state, attempt, enqueued_at)
                values (job, gone.queue_id, 'cancelled', gone.attempt, gone.enqueued_at);
                return 'cancelled';
            end $$;
            comment on function queue.cancel is
                'Cancels a job: cancelled if it waited, asked if it runs (its worker stops it within 2 s), null if there is none';

            create or replace function queue.cancelled(job bigint, token bigint) returns boolean
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                with ended as (
                    delete from queue.lease l using queue.queue q
                    where l.job_id = job and l.token = cancelled.token and q.id = l.queue_id
                        and pg_has_role(session_user, q.worker_role, 'member')
                    returning l.*
                ), freed as (
                    delete from queue.unique_key u using ended e where u.job_id = e.job_id
                ), history as (
                    insert into queue.done (job_id, queue_id, state, attempt, worker_id, enqueued_at, started_at)
                    select job_id, queue_id, 'cancelled', attempt, worker_id, enqueued_at, claimed_at from ended
                )
                select exists (select from ended)
            $$;
            comment on function queue.cancelled is 'A worker says that it stopped a job whose cancellation was asked for';

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
                insert into queue.job overriding system value
                values (letter.job_id, letter.queue_id, letter.kind, letter.payload, letter.priority, letter.max_attempts, null,
                    letter.group_key, letter.cause_job_id, now_at);
                insert into queue.ready (queue_id, priority, job_id, enqueued_at, group_key)
                values (letter.queue_id, letter.priority, letter.job_id, now_at, letter.group_key);
                perform queue.wake(letter.queue_id);
                return true;
            end $$;
            create or replace function queue.redrive(queue text) returns bigint
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                select count(*) filter (where queue.redrive(d.job_id)) from queue.dead d where d.queue_id = queue.id_of(redrive.queue)
            $$;
            comment on function queue.redrive(bigint) is 'Makes a dead letter ready again, with all its attempts; false where there is none';
            comment on function queue.redrive(text) is 'Makes all dead letters of a queue ready again; answers how many';
            """#)
}
