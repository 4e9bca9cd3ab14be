extension SchemaObject {
    /// The head of the line, at a cost that neither its length nor dead rows change. Called by queue.claim alone, with its
    /// rights and its guards on the planner.
    ///
    /// Plan of the look ahead, for 200 of 100,000: Limit → LockRows → Index Scan using ready_pkey (Index Cond: queue_id = $1 and
    /// row(turn_at, job_id) > row($6, $7)), 406 buffers, 0.28 ms with EXPLAIN's own clock. From the start, over rows that a held
    /// transaction keeps from vacuum, the same scan reads each of them again: 24 ms over 480,000.
    static let queueNextInLine = SchemaObject(
        sql: #"""
            create or replace function queue.next_in_line(on_queue integer, most integer) returns tid[]
            language plpgsql as $$
            declare
                setting text := 'holdfast.line_' || on_queue;
                known text[] := string_to_array(nullif(current_setting(setting, true), ''), '|');
                came_to timestamptz := coalesce(known[1]::timestamptz, '-infinity');
                came_to_job bigint := coalesce(known[2]::bigint, 0);
                looked_at timestamptz := coalesce(known[3]::timestamptz, '-infinity');
                look_took interval := coalesce(known[4]::interval, '0');
                ahead tid[];
                behind tid[];
                jobs bigint[];
                last_turn timestamptz;
                began_at timestamptz := clock_timestamp();
            begin
                -- Rows that a held transaction keeps from vacuum stay in the index before the first live one, and every look
                -- from the start would read them again. So a session goes on where it came to.
                select array_agg(r.ctid), array_agg(r.job_id), max(r.turn_at) into ahead, jobs, last_turn from (
                    select l.ctid, l.job_id, l.turn_at from queue.ready l
                    where l.queue_id = on_queue and (l.turn_at, l.job_id) > (came_to, came_to_job)
                    order by l.turn_at, l.job_id limit most for update skip locked) r;
                if last_turn is not null then
                    came_to := last_turn;
                    came_to_job := jobs[cardinality(jobs)];
                end if;
                -- What committed late, is urgent or waits again is behind that: looked for whenever the line ahead is short and
                -- the look is cheap or takes a tenth of the time at most, and once a second under a long line.
                if known is not null and (
                    coalesce(cardinality(ahead), 0) < most and look_took < interval '1 millisecond'
                    or began_at - looked_at > greatest(10 * look_took,
                        case when coalesce(cardinality(ahead), 0) < most then interval '0' else interval '1 second' end))
                then
                    began_at := clock_timestamp();
                    select array_agg(r.ctid), array_agg(r.job_id), max(r.turn_at) into behind, jobs, last_turn from (
                        select l.ctid, l.job_id, l.turn_at from queue.ready l
                        where l.queue_id = on_queue
                            and (l.turn_at, l.job_id) <= (coalesce(known[1]::timestamptz, '-infinity'), coalesce(known[2]::bigint, 0))
                        order by l.turn_at, l.job_id limit most for update skip locked) r;
                    looked_at := clock_timestamp();
                    look_took := looked_at - began_at;
                    if behind is not null then
                        ahead := ahead[:most - cardinality(behind)];
                        came_to := last_turn;
                        came_to_job := jobs[cardinality(jobs)];
                    end if;
                elsif known is null then
                    looked_at := began_at;
                end if;
                perform set_config(setting, concat_ws('|', came_to, came_to_job, looked_at, look_took), false);
                return behind || ahead;
            end $$;
            comment on function queue.next_in_line is
                'The places of a queue''s first jobs, earliest turn first, locked; those that others are just taking are passed over';
            """#)
}
