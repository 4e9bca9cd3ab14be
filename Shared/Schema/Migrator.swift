package import Logging
package import Postgres

extension Schema {
    /// Brings the database to this program's schema version, connected as its owner. Repeatable; any number may run at
    /// once. Sets the passwords of the given roles (role name to password). Throws `Mismatch` or `PostgresError`.
    package static func migrate(
        _ configuration: PostgresConfiguration, passwords: [String: String] = [:], logger: Logger
    ) async throws {
        try await Migrator(migrations: Migration.all, logger: logger).run(configuration, passwords: passwords)
    }
}

/// Runs a list of migrations. The list is a parameter so that a test can be a release ahead.
struct Migrator {
    let migrations: [Migration]
    let logger: Logger
    var lockWait: Duration = .seconds(300)

    /// One lock for all migrations of one database.
    private static let lock = 7_100

    func run(_ configuration: PostgresConfiguration, passwords: [String: String]) async throws {
        let connection = try await PostgresConnection.connect(configuration, logger: logger)
        do {
            try await checkServer(connection)
            try await Bootstrap(logger: logger).makeRoles(connection, passwords: passwords)
            try await locked(connection) {
                try await prepare(connection)
                let isAhead = try await isAhead(connection)
                let ran = try await runPending(connection)
                if !isAhead { try await remakeObjects(connection, force: ran) }
                _ = try await connection.first("select holdfast.maintain_partitions()")
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func checkServer(_ connection: PostgresConnection) async throws {
        let row = try await connection.first(
            """
            select current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
                current_setting('server_encoding') as encoding
            """)
        let number: Int32 = try row?["number"] ?? 0
        guard number >= 150_000 else {
            let version: String = try row?["version"] ?? "unknown"
            throw Schema.Mismatch(description: "PostgreSQL is version \(version); Holdfast needs 15 or newer")
        }
        let encoding: String = try row?["encoding"] ?? "unknown"
        guard encoding == "UTF8" else {
            throw Schema.Mismatch(
                description: "the database's encoding is \(encoding); Holdfast needs UTF8 "
                    + "(create database … encoding 'UTF8')")
        }
    }

    /// Polls: a `create index concurrently` waits for every transaction, also for one that waits for this lock in SQL.
    private func locked(_ connection: PostgresConnection, _ body: () async throws -> Void) async throws {
        let deadline = ContinuousClock.now + lockWait
        while true {
            let row = try await connection.first("select pg_try_advisory_lock(\(Int64(Self.lock))) as got")
            if try row?["got"] == true { break }
            guard ContinuousClock.now < deadline else {
                throw Schema.Mismatch(
                    description: "another migration holds the lock for over \(lockWait): "
                        + "see that it ends, then run again")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        // Closing the connection gives the lock back, also after an error.
        try await body()
    }

    private func prepare(_ connection: PostgresConnection) async throws {
        try await connection.script(
            """
            create schema if not exists holdfast;
            create table if not exists holdfast.migration (
                number integer primary key,
                name text not null,
                checksum text not null,
                applied_at timestamptz not null default now()
            );
            comment on table holdfast.migration is 'Migrations that ran';
            comment on column holdfast.migration.number is 'schema version that it leads to [version]';
            comment on column holdfast.migration.name is 'what it is about';
            comment on column holdfast.migration.checksum is 'digest of its text';
            comment on column holdfast.migration.applied_at is 'when it ran';
            create table if not exists holdfast.compatibility (
                single boolean primary key default true check (single),
                compatible_from integer not null,
                objects text
            );
            comment on table holdfast.compatibility is 'Which programs may use this database; one row';
            comment on column holdfast.compatibility.single is 'always true: there is one row';
            comment on column holdfast.compatibility.compatible_from is 'oldest schema version of a program that may [version]';
            comment on column holdfast.compatibility.objects is 'digest of views, functions and grants as last made';
            insert into holdfast.compatibility (compatible_from) values (1) on conflict do nothing;
            """)
    }

    /// True where a newer release has migrated the database: its programs rely on its views, functions and grants, which
    /// those of this one must not replace. Throws a `Schema.Mismatch` where that release has shut this one out.
    private func isAhead(_ connection: PostgresConnection) async throws -> Bool {
        let version = migrations.map(\.number).max() ?? 0
        let row = try await connection.first(
            """
            select coalesce((select max(number) from holdfast.migration), 0) as version,
                (select compatible_from from holdfast.compatibility) as compatible_from
            """)
        let found: Int32 = try row?["version"] ?? 0
        guard found > version else { return false }
        try Schema.checkAdmitted(version: version, by: try row?["compatible_from"] ?? 1)
        logger.notice(
            "the database is a newer release's: its views and functions stay as they are",
            metadata: ["version": "\(found)", "own": "\(version)"])
        return true
    }

    /// True if any migration ran.
    private func runPending(_ connection: PostgresConnection) async throws -> Bool {
        var applied: [Int32: String] = [:]
        for row in try await connection.query("select number, checksum from holdfast.migration") {
            applied[try row["number"]] = try row["checksum"]
        }
        var ran = false
        for migration in migrations {
            if let checksum = applied[Int32(migration.number)] {
                guard checksum == digest(migration.sql) else {
                    throw Schema.Mismatch(
                        description: "migration \(migration.number) (\(migration.name)) ran here with another text: "
                            + "this database was made by a program that is no release")
                }
                continue
            }
            logger.info("migrating", metadata: ["number": "\(migration.number)", "name": "\(migration.name)"])
            if migration.outsideTransaction {
                try await connection.script(migration.sql)
                try await note(migration, connection)
            } else {
                try await connection.transaction { connection in
                    try await connection.script(migration.sql)
                    try await note(migration, connection)
                }
            }
            ran = true
        }
        return ran
    }

    private func note(_ migration: Migration, _ connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            insert into holdfast.migration (number, name, checksum)
            values (\(Int32(migration.number)), \(migration.name), \(digest(migration.sql)))
            """)
        if let from = migration.compatibleFrom {
            try await connection.execute(
                "update holdfast.compatibility set compatible_from = greatest(compatible_from, \(Int32(from)))")
        }
    }
}
