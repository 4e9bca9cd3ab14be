extension SchemaObject {
    /// Where the disk goes.
    static let reportStorage = SchemaObject(
        sql: #"""
            create view report.storage with (security_barrier) as
            with leaf as (
                select coalesce(i.inhparent, c.oid) as root, c.oid, c.reltuples
                from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid
                where c.relkind = 'r' and n.nspname in ('crm', 'usage', 'risk', 'plan', 'notify', 'queue', 'holdfast')
            )
            select n.nspname || '.' || c.relname as relation, count(*) as parts,
                sum(pg_total_relation_size(leaf.oid))::bigint as bytes, sum(greatest(leaf.reltuples, 0))::bigint as rows_estimated,
                sum(pg_stat_get_dead_tuples(leaf.oid))::bigint as dead_rows
            from leaf join pg_class c on c.oid = leaf.root join pg_namespace n on n.oid = c.relnamespace
            group by 1;
            call holdfast.describe('report.storage', 'How much each table holds', $$
                relation: schema and name of the table
                parts: partitions, or 1 [count]
                bytes: size with indexes [bytes]
                rows_estimated: rows by the planner's last count [count]
                dead_rows: rows that wait for vacuum [count]
            $$);
            """#)
}
