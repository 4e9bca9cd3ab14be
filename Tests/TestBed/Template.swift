import Foundation
import Logging
import Postgres
import Schema

/// The migrated database that tests clone: made once for each state of the schema, kept by its fingerprint, so that
/// several working copies can test on one cluster at once.
enum Template {
    /// The role that owns database and schemas, as in production: no superuser, may create roles.
    static let owner = "holdfast"

    private static let prefix = "holdfast_tests_"
    /// One at a time on the cluster makes a template.
    private static let lock: Int64 = 4_200
    /// Templates that no test run has used for this long are dropped.
    private static let staleSeconds = 6 * 3_600

    /// Once for each run of the tests.
    private static let made = Task { try await make() }

    /// The template's name; it exists, and nobody is connected to it.
    static func migrated() async throws -> String {
        try await made.value
    }

    private static func make() async throws -> String {
        let name = prefix + Schema.fingerprint
        try await Cluster.administer { connection in
            try await connection.execute("select pg_advisory_lock(\(lock))")
            try await connection.script(createOwner)
            let found = try await connection.first("select from pg_database where datname = \(name)")
            if found == nil { try await create(name, connection) }
            // Says when it was last used.
            let now = String(Int(Date.now.timeIntervalSince1970))
            try await connection.execute("comment on database \(identifier: name) is \(literal: now)")
            try await dropStale(connection)
        }
        return name
    }

    /// Under another name until it is complete, so that a killed test run leaves no half of it.
    private static func create(_ name: String, _ connection: PostgresConnection) async throws {
        let draft = name + "_draft"
        try await connection.execute("drop database if exists \(identifier: draft) with (force)")
        try await connection.execute(
            "create database \(identifier: draft) owner \(identifier: owner) template template0 strategy file_copy")
        let database = try Cluster.maintenance().with(database: draft)
        let inside = try await PostgresConnection.connect(database, logger: Cluster.logger)
        try await inside.script(closeLargeObjects)
        await inside.close()
        try await Schema.migrate(database.with(user: owner), logger: Cluster.logger)
        try await eventually("nobody is connected to the template") {
            try await connection.first("select from pg_stat_activity where datname = \(draft)") == nil
        }
        try await connection.execute("alter database \(identifier: draft) rename to \(identifier: name)")
    }

    private static func dropStale(_ connection: PostgresConnection) async throws {
        let before = String(Int(Date.now.timeIntervalSince1970) - staleSeconds)
        let rows = try await connection.query(
            """
            select datname from pg_database
            where starts_with(datname, \(prefix)) and coalesce(shobj_description(oid, 'pg_database'), '') < \(before)
            """)
        for row in rows {
            let name: String = try row[0]
            _ = try? await connection.execute("drop database if exists \(identifier: name) with (force)")
        }
    }

    /// What only a superuser may take away, as compose/up does for its own cluster.
    private static let closeLargeObjects = """
        do $$
        declare f regprocedure;
        begin
            for f in
                select oid::regprocedure from pg_proc
                where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|loread|lowrite)'
            loop
                execute 'revoke execute on function ' || f || ' from public';
            end loop;
        end $$;
        """

    private static let createOwner = """
        do $$
        begin
            if not exists (select from pg_roles where rolname = 'holdfast') then
                create role holdfast login createrole;
            end if;
        end $$;
        """
}
