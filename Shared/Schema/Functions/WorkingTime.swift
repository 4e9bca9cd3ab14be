extension SchemaObject {
    /// Working time between two moments, by clocks on the wall: the day on which they are set back has an hour more. Runs with
    /// the owner's rights, so that reports can call it for whoever reads them.
    static let workingTime = SchemaObject(
        sql: #"""
            create or replace function crm.working_time(calendar text, "from" timestamptz, "to" timestamptz) returns interval
            language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
                select (
                    select coalesce(sum(least(span.closes, $3) - greatest(span.opens, $2)), interval '0')
                    from generate_series(($2 at time zone c.time_zone)::date::timestamp,
                        ($3 at time zone c.time_zone)::date::timestamp, interval '1 day') as d (day)
                    join crm.calendar_hours h on h.calendar = c.key and h.weekday = extract(isodow from d.day)
                    cross join lateral (select (d.day + h.opens) at time zone c.time_zone as opens,
                        (d.day + h.closes) at time zone c.time_zone as closes) span
                    where span.opens < $3 and span.closes > $2 and not exists (
                        select from crm.calendar_holiday f where f.calendar = c.key and f.day = d.day::date)
                )
                from crm.calendar c where c.key = $1
            $$;
            comment on function crm.working_time is
                'Working time between two moments by a calendar with its time zone and holidays; null without such a calendar';
            """#)
}
