import Logging
import Postgres
import Schema
import Synchronization

/// The migrated database that tests clone: made once for each state of the schema, and kept for the next run.
enum Template {
    /// The role that owns database and schemas, as in production: no superuser, may create roles.
    static let owner = "holdfast"

    private static let lock: Int64 = 7_199

    static func migrated() async throws -> String {
        let name = "holdfast_template_\(Schema.fingerprint)"
        if try await isReady(name) { return name }
        try await Cluster.administer { connection in
            // Other processes may be about to make the same. Held until the connection closes.
            _ = try await connection.first("select pg_advisory_lock(\(lock))")
            if try await isReady(name) { return }
            try await make(name, connection)
        }
        return name
    }

    /// A finished template bears a mark that a half-made one lacks.
    private static func isReady(_ name: String) async throws -> Bool {
        try await Cluster.administer { connection in
            try await connection.first("select from pg_database where datname = \(name) and datistemplate") != nil
        }
    }

    private static func make(_ name: String, _ connection: PostgresConnection) async throws {
        try await connection.script(
            """
            do $$ begin
                if not exists (select from pg_roles where rolname = '\(owner)') then
                    create role \(owner) login createrole nosuperuser;
                end if;
            end $$;
            """)
        _ = try await connection.execute("drop database if exists \(identifier: name) with (force)")
        _ = try await connection.execute("create database \(identifier: name) owner \(identifier: owner)")
        let database = try Cluster.maintenance().with(database: name)
        let inside = try await PostgresConnection.connect(database, logger: Cluster.logger)
        // What only a superuser may take away, as compose/up does for its own cluster.
        try await inside.script(Self.closeLargeObjects)
        await inside.close()
        try await Schema.migrate(database.with(user: owner), logger: Cluster.logger)
        _ = try await connection.execute("alter database \(identifier: name) is_template true")
    }

    private static let closeLargeObjects = """
        do $$ declare f regprocedure; begin
            for f in select oid::regprocedure from pg_proc
                where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|loread|lowrite)' loop
                execute 'revoke execute on function ' || f || ' from public';
            end loop;
        end $$;
        """
}
