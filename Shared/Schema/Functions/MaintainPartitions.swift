extension SchemaObject {
    /// Partitions ahead of time, and away when their time is over. Runs with the owner's rights: services own no table.
    static let maintainPartitions = SchemaObject(
        sql: #"""
            create or replace function holdfast.maintain_partitions(at timestamptz default now()) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare
                kept record;
                part record;
                from_at timestamp;
                to_at timestamp;
                name text;
                changed integer := 0;
            begin
                -- One at a time; whoever comes second has nothing to do.
                if not pg_try_advisory_xact_lock(7101) then return 0; end if;
                perform set_config('lock_timeout', '2s', true);
                for kept in select * from holdfast.partitioning loop
                    from_at := date_trunc(kept.step, (at - kept.behind) at time zone 'UTC');
                    while from_at < (at + kept.ahead) at time zone 'UTC' loop
                        to_at := from_at + ('1 ' || kept.step)::interval;
                        name := kept.relation || '_' || to_char(from_at, 'YYYYMMDD');
                        if to_regclass(name) is null then
                            execute format('create table %s (like %s including defaults including constraints)', name, kept.relation);
                            execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                                kept.relation, name, from_at::text || '+00', to_at::text || '+00');
                            execute format('comment on table %s is %L', name,
                                'Part of ' || kept.relation || ' from ' || from_at::date || ' up to ' || to_at::date);
                            changed := changed + 1;
                        end if;
                        from_at := to_at;
                    end loop;
                    continue when kept.keep is null;
                    for part in
                        select child.oid::regclass::text as name,
                            to_timestamp(right(child.relname, 8), 'YYYYMMDD') + ('1 ' || kept.step)::interval as ends_at
                        from pg_inherits join pg_class child on child.oid = inhrelid
                        where inhparent = kept.relation::regclass and child.relname ~ '_[0-9]{8}$'
                    loop
                        continue when part.ends_at > at - kept.keep;
                        -- A body stays as long as its job lives.
                        continue when kept.relation = 'queue.job' and (
                            exists (select from queue.ready where enqueued_at < part.ends_at)
                            or exists (select from queue.blocked where enqueued_at < part.ends_at)
                            or exists (select from queue.scheduled where enqueued_at < part.ends_at)
                            or exists (select from queue.lease where enqueued_at < part.ends_at));
                        -- Somebody may be reading it: then it stays until the next run, and it alone. Whoever writes to the
                        -- table meanwhile waits behind this, so it must not wait for long.
                        begin
                            perform set_config('lock_timeout', '200ms', true);
                            execute format('drop table %s', part.name);
                            perform set_config('lock_timeout', '2s', true);
                            changed := changed + 1;
                        exception when lock_not_available then null;
                        end;
                    end loop;
                end loop;
                delete from queue.dead where finished_at < at - interval '90 days';
                -- A queue that nobody works on must not grow for ever. Its service makes the subscription last again when it starts.
                update queue.subscription s set expired_at = at from queue.queue q
                where q.id = s.queue_id and s.expired_at is null
                    and greatest(q.worked_at, q.created_at, s.created_at) < at - interval '7 days'
                    and not exists (select from queue.worker w where w.queue_id = q.id);
                return changed;
            exception when lock_not_available then
                -- What was changed is undone: the next run will do it.
                return 0;
            end $$;
            comment on function holdfast.maintain_partitions is
                'Makes the partitions that will be needed and drops those past their time; answers how many it made or dropped';
            """#)
}
