extension Migration {
    static let foundation = Migration(
        number: 1, name: "foundation",
        sql: #"""
            create schema crm;
            create schema usage;
            create schema risk;
            create schema plan;
            create schema notify;
            create schema queue;
            create schema report;
            create schema custom;
            comment on schema holdfast is 'What the programs keep about the schema itself: migrations and maintenance';
            comment on schema crm is 'Customers and what is known of them; written by contacts alone';
            comment on schema usage is 'What customers do in the product; written by usage-ingest alone';
            comment on schema risk is 'Who is likely to leave, and why; written by risk-scorer alone';
            comment on schema plan is 'Playbooks, enrollments and tasks; written by scheduler alone';
            comment on schema notify is 'Messages and their deliveries; written by notifier alone';
            comment on schema queue is 'The job queue; written by its own functions alone';
            comment on schema report is 'Every number that the product shows, one view each';
            comment on schema custom is 'The operator''s own views; never touched by a migration';

            -- Comments on a table and its columns in one call: a line for each column, `name: words`.
            create procedure holdfast.describe(relation text, about text, columns text) language plpgsql as $$
            declare line text; column_name text;
            begin
                execute format('comment on %s %s is %L',
                    case when (select relkind from pg_class where oid = relation::regclass) = 'v' then 'view' else 'table' end,
                    relation, about);
                foreach line in array string_to_array(columns, E'\n') loop
                    continue when btrim(line) = '';
                    column_name := btrim(split_part(line, ':', 1));
                    execute format('comment on column %s.%I is %L', relation, column_name,
                        btrim(substr(line, strpos(line, ':') + 1)));
                end loop;
            end $$;
            comment on procedure holdfast.describe is 'Sets the comments of a relation and of its columns';

            -- Which tables are partitioned, in which steps, and how long their partitions are kept.
            create table holdfast.partitioning (
                relation text primary key,
                step text not null check (step in ('week', 'month')),
                ahead interval not null,
                behind interval not null,
                keep interval
            );
            call holdfast.describe('holdfast.partitioning', 'Tables that are kept in partitions by time', $$
                relation: schema and name of the partitioned table
                step: how much time one partition holds: week or month
                ahead: partitions are made this far into the future
                behind: partitions are made at least this far into the past
                keep: a partition that ended longer ago than this is dropped; null keeps all
            $$);
            """#)
}
