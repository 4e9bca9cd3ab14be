extension SchemaObject {
    /// What is activity is said by `usage.passive_event`: where that changes, so do the days of those who had the event.
    static let passiveChanged = SchemaObject(
        sql: #"""
            create function holdfast.passive_changed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
            begin
                -- Whoever settles now may have read the list as it was.
                perform pg_advisory_xact_lock(7106);
                with touched as (
                    select distinct h.subject_id from usage.event_history h join changed c on c.event = h.event
                ), daily as (
                    select h.subject_id, u.day, u.total - lag(u.total, 1, 0::bigint)
                        over (partition by h.subject_id, h.event order by u.day) as n
                    from usage.event_history h cross join unnest(h.days, h.totals) as u (day, total)
                    where h.subject_id in (select subject_id from touched)
                        and h.event not in (select event from usage.passive_event)
                ), summed as (
                    select subject_id, day, sum(sum(n)) over (partition by subject_id order by day)::bigint as total
                    from daily group by subject_id, day
                ), made as (
                    select subject_id, array_agg(day order by day) as days, array_agg(total order by day) as totals
                    from summed group by subject_id
                ), gone as (
                    delete from usage.activity a using touched t
                    where a.subject_id = t.subject_id and not exists (select from made m where m.subject_id = a.subject_id)
                )
                insert into usage.activity as a (subject_id, days, totals) select subject_id, days, totals from made
                on conflict (subject_id) do update set days = excluded.days, totals = excluded.totals;
                return null;
            end $$;
            comment on function holdfast.passive_changed is 'Counts usage.activity anew where an event becomes passive or active';
            create trigger passive_added after insert on usage.passive_event
                referencing new table as changed for each statement execute function holdfast.passive_changed();
            create trigger passive_removed after delete on usage.passive_event
                referencing old table as changed for each statement execute function holdfast.passive_changed();
            """#)
}
