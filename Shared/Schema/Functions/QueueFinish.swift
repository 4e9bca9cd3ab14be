extension SchemaObject {
    /// How a start ends otherwise than well. Each is accepted only from the current lease.
    static let queueFinish = SchemaObject(
        sql: #"""
            create or replace function queue.bury(ended queue.lease, reason text) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                insert into queue.dead (job_id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, attempt,
                    crashes, enqueued_at, started_at, error)
                select j.id, j.queue_id, j.kind, j.payload, j.priority, j.max_attempts, j.group_key, j.cause_job_id, (ended).attempt,
                    (ended).crashes, j.enqueued_at, (ended).claimed_at, left(reason, 4000)
                from queue.job j where j.id = (ended).job_id and j.enqueued_at = (ended).enqueued_at;
                delete from queue.unique_key u where u.job_id = (ended).job_id;
            $$;
            comment on function queue.bury is 'Makes a job that was leased a dead letter';

            create or replace function queue.give_back(leases queue.lease[], starts_that_count integer) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                -- Whose cancellation was asked for does not start again, whatever ended this start.
                with stopped as (
                    insert into queue.done (job_id, queue_id, state, attempt, worker_id, enqueued_at, started_at)
                    select job_id, queue_id, 'cancelled', attempt, worker_id, enqueued_at, claimed_at
                    from unnest(leases) where cancelled_at is not null returning job_id
                )
                delete from queue.unique_key u using stopped s where u.job_id = s.job_id;
                insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
                select queue_id, turn_at, job_id, enqueued_at, attempt - 1 + starts_that_count, crashes, keyed, group_key
                from unnest(leases) where cancelled_at is null;
                perform queue.wake(queue_id) from (select distinct queue_id from unnest(leases)) as queues;
                return coalesce(cardinality(leases), 0);
            end $$;
            comment on function queue.give_back is
                'Makes jobs that were leased ready again, in their old turn; their last start counts as an attempt (1) or not (0)';

            create or replace function queue.fail(
                job bigint, token bigint, reason text, retry_in interval default null, give_up boolean default false
            ) returns text
            language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
            declare
                ended queue.lease;
                most integer;
            begin
                if retry_in > interval '10 years' then
                    raise exception 'retry_in is %; it must be 10 years at most', retry_in using errcode = '22023',
                        hint = 'Pass give_up => true for a job that is not to be tried again.';
                end if;
                delete from queue.lease l where l.job_id = job and l.token = fail.token and l.queue_id = any (queue.may_end())
                returning l.* into ended;
                if not found then return null; end if;
                if ended.cancelled_at is not null then
                    perform queue.give_back(array[ended], 1);
                    return 'cancelled';
                end if;
                select j.max_attempts into most from queue.job j where j.id = job and j.enqueued_at = ended.enqueued_at;
                if give_up or ended.attempt >= most then
                    perform queue.bury(ended, coalesce(reason, 'no reason was given'));
                    return 'dead';
                end if;
                -- Full jitter: anywhere up to 1 s doubled with each attempt, at most an hour. Source: "Exponential Backoff And Jitter",
                -- AWS Architecture Blog, 2015. By the server's clock alone.
                insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, attempt, crashes, keyed, group_key, error)
                values (job, ended.queue_id, ended.enqueued_at,
                    -- greatest() passes nulls over, so that it alone can't tell a wait of none from none given.
                    clock_timestamp() + case when retry_in is not null then greatest(retry_in, interval '0')
                        else random() * least(3600, power(2, least(ended.attempt, 12))) * interval '1 second' end,
                    ended.turn_at, ended.attempt, ended.crashes, ended.keyed, ended.group_key,
                    left(coalesce(reason, 'no reason was given'), 4000));
                return 'scheduled';
            end $$;
            comment on function queue.fail is
                'Ends a start in an error: the job is scheduled again, dead after its last attempt, or cancelled where that was asked for; null where the lease was lost';

            create or replace function queue.release(jobs bigint[], tokens bigint[]) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare ended queue.lease[];
            begin
                if cardinality(jobs) is distinct from cardinality(tokens) then
                    raise exception 'there are % jobs and % tokens', cardinality(jobs), cardinality(tokens) using errcode = '22023',
                        hint = 'Pass the token of each job, as its claim gave it.';
                end if;
                with gone as (
                    delete from queue.lease l using unnest(jobs, tokens) as given (job_id, token)
                    where l.job_id = given.job_id and l.token = given.token and l.queue_id = any (queue.may_end())
                    returning l as lease
                )
                select array_agg(gone.lease) into ended from gone;
                return queue.give_back(ended, 0);
            end $$;
            comment on function queue.release is 'Gives jobs back that were claimed and not run; no attempt is counted';

            create or replace function queue.cancelled(job bigint, token bigint) returns boolean
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                with ended as (
                    delete from queue.lease l
                    where l.job_id = job and l.token = cancelled.token and l.queue_id = any (queue.may_end())
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
            """#)
}
