extension SchemaObject {
    /// What bounds dead rows when vacuum can't.
    static let queueCompact = SchemaObject(
        sql: #"""
            create or replace function queue.compact(least_bytes bigint default 1048576, most_rows integer default 2000) returns integer
            language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10ms' as $$
            declare
                relation text;
                live bigint;
                rows_kept text[];
                compacted integer := 0;
            begin
                if not pg_try_advisory_xact_lock(7104, 0) then return 0; end if;
                -- While any transaction is held open, as by a long report, vacuum takes no row away that was deleted since, and
                -- these tables would grow with every job that passes through. They hold few rows at a time, so they are
                -- written anew instead, within the milliseconds that their lock is had for. Not where a long line waits in
                -- one, nor while somebody holds on to it who reads it in a transaction; then the next beat tries again.
                foreach relation in array array['ready', 'blocked', 'scheduled', 'lease', 'unique_key', 'rate', 'worker'] loop
                    continue when pg_relation_size('queue.' || relation) < least_bytes;
                    execute format('select count(*) from (select from queue.%I limit %s) as found', relation, most_rows + 1) into live;
                    continue when live > most_rows;
                    begin
                        execute format('lock table queue.%I in access exclusive mode', relation);
                        execute format('select array_agg(r::text) from (select k from queue.%I k limit %s) as found (r)', relation, most_rows + 1)
                            into rows_kept;
                        if cardinality(rows_kept) > most_rows then raise lock_not_available; end if;
                        execute format('truncate queue.%I', relation);
                        execute format('insert into queue.%1$I overriding system value select (r::queue.%1$I).* from unnest($1) as r', relation)
                            using rows_kept;
                        compacted := compacted + 1;
                    exception when lock_not_available then null;
                    end;
                end loop;
                return compacted;
            end $$;
            comment on function queue.compact is
                'Writes the queue''s small tables anew that have grown by dead rows; answers how many. Part of each beat';
            """#)
}
