extension SchemaObject {
    /// Schedules: what a line says, when it ticks next, and the tick itself. Over 200 lines, for a line is read by the one
    /// and its errors are the other's.
    static let queueCron = SchemaObject(
        sql: #"""
            create or replace function queue.cron_values(field text, what text, lowest integer, highest integer, names text[])
            returns integer[]
            language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
            declare
                part text;
                said text[];
                first integer;
                last integer;
                step integer;
                found_values integer[] := '{}';
            begin
                foreach part in array string_to_array(field, ',') loop
                    said := regexp_match(part, '^(\*|\d{1,2}|[a-z]{3})(?:-(\d{1,2}|[a-z]{3}))?(?:/(\d{1,2}))?$');
                    first := case said[1] when '*' then lowest else coalesce(array_position(names, said[1]) + lowest - 1, case
                        when said[1] ~ '^\d+$' then said[1]::integer end) end;
                    -- A name that stands twice, as sun for 0 and 7, is the later one where it ends a range.
                    last := case when said[1] = '*' then highest when said[2] is null then case when said[3] is null then first else highest end
                        else coalesce(array_position(names, said[2], 2) + lowest - 1, array_position(names, said[2]) + lowest - 1,
                            case when said[2] ~ '^\d+$' then said[2]::integer end) end;
                    step := coalesce(said[3]::integer, 1);
                    if said is null or said[1] = '*' and said[2] is not null or first is null or last is null or first < lowest or last > highest or first > last or step < 1 then
                        raise exception 'the % "%" is not to be read', what, left(part, 40) using errcode = '22023',
                            hint = format('It is *, a value from %s to %s, a range (%1$s-%2$s), a step (*/5), or a list of these with commas; '
                                'months and days also by their first three letters. No range goes past its end.', lowest, highest);
                    end if;
                    found_values := found_values || array(select generate_series(first, last, step));
                end loop;
                return array(select distinct v from unnest(found_values) as v order by v);
            end $$;
            comment on function queue.cron_values is 'The values that one field of a cron line stands for, in order';

            -- The wall clock of the zone decides. A time that the clock skips, as when summer time begins, ticks at the moment after
            -- the gap. A time that it shows twice ticks the first time alone, but in a line for every hour, which goes on by the hour.
            create or replace function queue.next_tick(line text, time_zone text, after_at timestamptz) returns timestamptz
            language plpgsql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
            declare
                fields text[] := regexp_split_to_array(lower(btrim(coalesce(line, ''))), '\s+');
                length_of_time text;
                every interval;
                minutes integer[];
                hours integer[];
                days integer[];
                months integer[];
                weekdays integer[];
                day date;
                tick timestamptz;
            begin
                if fields[1] = '@every' or fields[1] !~ '^@' and cardinality(fields) <> 5 then
                    begin
                        -- PostgreSQL alone would read '*/15 * * *' as 15 seconds.
                        length_of_time := regexp_replace(lower(btrim(line)), '^@every\s*', '');
                        if length_of_time !~ '^\d[\d.]*\s*[a-z:][a-z\d:. ]*$'
                            or fields[1] <> '@every' and length_of_time !~ '^[\d.]+\s*[a-z]'
                        then
                            raise invalid_text_representation;
                        end if;
                        every := length_of_time::interval;
                    exception when others then
                        raise exception 'the schedule "%" is not to be read', left(line, 100) using errcode = '22023',
                            hint = 'It has five fields (minute hour day-of-month month day-of-week), or is @hourly, @daily, @weekly, '
                                '@monthly, @yearly, or a time such as 30 minutes.';
                    end;
                    if every is null or every < interval '1 second' or every > interval '366 days'
                        or extract(month from every) <> 0 or extract(year from every) <> 0
                    then
                        raise exception 'every is %; it must be from 1 second to 366 days, without months', coalesce(every::text, 'null')
                            using errcode = '22023', hint = 'For once a month there is @monthly.';
                    end if;
                    return date_bin(every, after_at, '2000-01-01 00:00Z') + every;
                end if;
                if cardinality(fields) = 1 then
                    fields := string_to_array(case fields[1] when '@hourly' then '0 * * * *' when '@daily' then '0 0 * * *'
                        when '@midnight' then '0 0 * * *' when '@weekly' then '0 0 * * 0' when '@monthly' then '0 0 1 * *'
                        when '@yearly' then '0 0 1 1 *' when '@annually' then '0 0 1 1 *' end, ' ');
                end if;
                if cardinality(fields) is distinct from 5 then
                    raise exception 'the schedule "%" is not to be read', left(line, 100) using errcode = '22023',
                        hint = 'After @ comes hourly, daily, weekly, monthly, yearly, or every and a time.';
                end if;
                if time_zone is null or time_zone !~ '^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$'
                    or not exists (select from pg_timezone_names n where n.name = time_zone) then
                    raise exception 'there is no time zone "%"', left(time_zone, 60) using errcode = '22023',
                        hint = 'Give an IANA name, such as Europe/Kyiv, or UTC.';
                end if;
                minutes := queue.cron_values(fields[1], 'minute', 0, 59, '{}');
                hours := queue.cron_values(fields[2], 'hour', 0, 23, '{}');
                days := queue.cron_values(fields[3], 'day of the month', 1, 31, '{}');
                months := queue.cron_values(fields[4], 'month', 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
                -- Sunday is 0 and 7.
                weekdays := array(select distinct d % 7
                    from unnest(queue.cron_values(fields[5], 'day of the week', 0, 7, '{sun,mon,tue,wed,thu,fri,sat,sun}')) as d);
                -- 29 February is eight years away at most.
                for offset_days in -1..2923 loop
                    day := (after_at at time zone time_zone)::date + offset_days;
                    continue when extract(month from day) <> all (months);
                    -- As cron has it: where both days are limited, either will do.
                    continue when not case when fields[3] ~ '^\*' or fields[5] ~ '^\*'
                        then extract(day from day) = any (days) and extract(dow from day) = any (weekdays)
                        else extract(day from day) = any (days) or extract(dow from day) = any (weekdays) end;
                    select min(c.at) into tick from (
                        select unnest(case
                            when at.std at time zone time_zone <> at.wall then array[(
                                select min(t) from generate_series(at.std - interval '4 hours', at.std + interval '4 hours', interval '1 minute') t
                                where t at time zone time_zone > at.wall)]
                            when cardinality(hours) = 24 then array[at.first, at.std]
                            else array[at.first] end) as at
                        from (
                            select w.wall, w.std, coalesce((
                                select min(w.std - b) from unnest(array[interval '1 hour', interval '30 minutes']) as b
                                where (w.std - b) at time zone time_zone = w.wall), w.std) as first
                            from (
                                select l.wall, l.wall at time zone time_zone as std
                                from (select day + make_time(h, m, 0) as wall from unnest(hours) h, unnest(minutes) m) as l
                                where l.wall > (after_at at time zone time_zone) - interval '4 hours'
                            ) as w
                        ) as at
                    ) as c where c.at > after_at;
                    if tick is not null then return tick; end if;
                end loop;
                raise exception 'the schedule "%" never ticks', left(line, 100) using errcode = '22023',
                    hint = 'No month of the list has such a day.';
            end $$;
            comment on function queue.next_tick is 'When a schedule ticks next after a time; an error where it can''t be read or never ticks';

            create or replace function queue.schedule(
                name text, queue text, kind text, line text, payload jsonb default '{}', time_zone text default 'UTC'
            ) returns timestamptz
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                on_queue integer := queue.id_of(queue);
                tick timestamptz := queue.next_tick(line, time_zone, clock_timestamp());
            begin
                perform queue.check_worker(on_queue);
                -- A name that is another queue's is not taken from it.
                perform queue.check_worker(c.queue_id) from queue.cron c where c.name = schedule.name;
                perform queue.check_payload(payload, 8192);
                perform queue.check_kind(kind);
                if name is null or length(name) not between 1 and 200 then
                    raise exception 'a schedule''s name has 1 to 200 characters' using errcode = '22023',
                        hint = 'Name it after what it does, such as nightly-refresh.';
                end if;
                insert into queue.cron as c (name, queue_id, kind, payload, line, time_zone, next_at)
                values (schedule.name, on_queue, schedule.kind, schedule.payload, schedule.line, schedule.time_zone, tick)
                on conflict on constraint cron_pkey do update
                set queue_id = excluded.queue_id, kind = excluded.kind, payload = excluded.payload, line = excluded.line,
                    time_zone = excluded.time_zone, next_at = excluded.next_at, fault = null
                where (c.queue_id, c.kind, c.payload, c.line, c.time_zone)
                    is distinct from (excluded.queue_id, excluded.kind, excluded.payload, excluded.line, excluded.time_zone);
                return tick;
            end $$;
            comment on function queue.schedule(text, text, text, text, jsonb, text) is
                'Enqueues a job of this kind at every tick of a line; answers the next one. Said again, the same name is changed';

            create or replace function queue.schedule(name text, queue text, kind text, every interval, payload jsonb default '{}')
            returns void
            language sql security definer set search_path = pg_catalog, pg_temp set intervalstyle = postgres as $$
                select queue.schedule(name, queue, kind, '@every ' || every, payload)
            $$;
            comment on function queue.schedule(text, text, text, interval, jsonb) is
                'Enqueues a job of this kind at every whole multiple of a time since 2000-01-01 UTC';

            create or replace function queue.unschedule(name text) returns boolean
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform queue.check_worker(c.queue_id) from queue.cron c where c.name = unschedule.name;
                delete from queue.cron c where c.name = unschedule.name;
                return found;
            end $$;
            comment on function queue.unschedule is 'Ends a schedule; false where there is none of that name';

            create or replace function queue.tick() returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                due record;
                ticks integer := 0;
            begin
                -- The row's lock makes a tick one over all processes. Of ticks that were missed, one is caught up.
                for due in
                    select c.*, q.name as queue from queue.cron c join queue.queue q on q.id = c.queue_id
                    where c.next_at <= clock_timestamp() for update of c skip locked
                loop
                    begin
                        update queue.cron c set ticked_at = due.next_at, fault = null,
                            next_at = queue.next_tick(c.line, c.time_zone, clock_timestamp())
                        where c.name = due.name;
                        perform queue.enqueue(due.queue, due.kind, due.payload, unique_key => 'cron:' || due.name);
                        ticks := ticks + 1;
                    exception when others then
                        -- As when a time zone is no longer known: that schedule waits, and no other.
                        update queue.cron c set fault = left(sqlerrm, 1000), next_at = clock_timestamp() + interval '1 minute'
                        where c.name = due.name;
                    end;
                end loop;
                return ticks;
            end $$;
            comment on function queue.tick is 'Enqueues the jobs of all schedules that are due; part of each beat';
            """#)
}
