import Logging
import Postgres

extension Migrator {
    /// Makes all functions, views, seeds and grants anew in one transaction, where any of them changed or a migration ran.
    func remakeObjects(_ connection: PostgresConnection, force: Bool) async throws {
        let objects = SchemaObject.functions + SchemaObject.views
        let wanted = digest((objects.map(\.sql) + [Seeds.sql, Grants.sql]).joined(separator: "\n"))
        let found = try await connection.first("select objects from holdfast.compatibility")
        let current: String? = try found?["objects"]
        guard force || current != wanted else { return }
        logger.info("making views, functions and grants")
        try await connection.transaction { connection in
            let saved = try await CustomViews.save(connection)
            try await connection.script(Self.dropObjects)
            try await connection.script("set local check_function_bodies = off")
            for object in objects { try await connection.script(object.sql) }
            try await connection.script(Seeds.sql)
            try await connection.script(Grants.sql)
            try await saved.restore(connection)
            try await connection.execute("update holdfast.compatibility set objects = \(wanted)")
        }
    }

    /// Everything in our schemas that is a view or a function; `holdfast.describe` is part of a migration and stays.
    private static let dropObjects = #"""
        do $$
        declare thing record;
        begin
            for thing in
                select c.oid::regclass as name from pg_class c
                where c.relkind = 'v' and c.relnamespace in ('report'::regnamespace, 'crm'::regnamespace, 'usage'::regnamespace)
            loop
                -- A view that was dropped with one that it reads is gone already.
                if to_regclass(thing.name::text) is not null then execute format('drop view %s cascade', thing.name); end if;
            end loop;
            for thing in
                select p.oid::regprocedure as name, p.prorettype = 'trigger'::regtype as triggers from pg_proc p
                where p.pronamespace in ('queue'::regnamespace, 'crm'::regnamespace, 'holdfast'::regnamespace) and p.prokind = 'f'
            loop
                -- A trigger goes with its function, and comes again with it.
                execute format('drop function %s%s', thing.name, case when thing.triggers then ' cascade' else '' end);
            end loop;
        end $$;
        """#
}
