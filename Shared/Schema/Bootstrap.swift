import Logging
import Postgres

/// Makes the roles. They belong to the cluster, so that two databases may be migrated at once and collide here alone:
/// each step is repeatable and tried again.
struct Bootstrap {
    let logger: Logger

    func makeRoles(_ connection: PostgresConnection, passwords: [String: String]) async throws {
        for role in Role.all {
            try await again { try await make(role, connection) }
        }
        for (role, password) in passwords.sorted(by: { $0.key < $1.key })
        where Role.all.contains(where: { $0.name == role }) {
            // Hashed here: the server, and its log, never see the password.
            let verifier = try await connection.encrypted(password: password, for: role)
            try await again { try await connection.script("alter role \(role) password '\(verifier)'") }
        }
        try await again { try await connection.script(Self.database) }
    }

    private func make(_ role: Role, _ connection: PostgresConnection) async throws {
        let login = role.canLogIn ? "login" : "nologin"
        let defaults = role.defaults.sorted { $0.key < $1.key }.map { name, value in
            """
            if not coalesce('\(name)=\(value)' = any (found.rolconfig), false) then
                alter role \(role.name) set \(name) = '\(value)';
            end if;
            """
        }
        // Only what differs is altered: concurrent changes of one role are refused by PostgreSQL.
        try await connection.script(
            """
            do $$
            declare found record;
            begin
                if not exists (select from pg_roles where rolname = '\(role.name)') then
                    create role \(role.name) \(login) nosuperuser nocreatedb nocreaterole noreplication;
                end if;
                select rolsuper, rolcanlogin, rolconfig into found from pg_roles where rolname = '\(role.name)';
                if found.rolsuper then
                    raise exception 'the role \(role.name) is a superuser' using hint = 'alter role \(role.name) nosuperuser';
                end if;
                if found.rolcanlogin <> \(role.canLogIn) then alter role \(role.name) \(login); end if;
                \(defaults.joined(separator: "\n"))
                if not pg_has_role(current_user, '\(role.name)', 'usage') then
                    grant \(role.name) to current_user;
                end if;
            end $$;
            """)
    }

    /// Nobody but our roles connects, and none of them makes temporary tables or objects in `public`.
    private static let database = #"""
        do $$
        begin
            execute format('revoke connect, temporary on database %I from public', current_database());
            execute format('grant connect on database %I to holdfast_contacts, holdfast_usage_ingest, holdfast_risk_scorer, '
                'holdfast_scheduler, holdfast_notifier, holdfast_operator, holdfast_report', current_database());
            execute format('grant temporary on database %I to holdfast_contacts, holdfast_usage_ingest, holdfast_risk_scorer, '
                'holdfast_scheduler', current_database());
            if has_schema_privilege('holdfast_report', 'public', 'create') then
                revoke create on schema public from public;
            end if;
        end $$;
        """#

    /// 40001, 40P01: try again. XX000 "tuple concurrently updated", 23505, 42710: another migration was quicker.
    private func again(_ body: () async throws -> Void) async throws {
        for attempt in 1...10 {
            do {
                return try await body()
            } catch let error as PostgresError
                where attempt < 10 && ["40001", "40P01", "XX000", "23505", "42710"].contains(error.sqlState ?? "")
            {
                logger.debug("roles are being changed elsewhere; trying again", metadata: ["attempt": "\(attempt)"])
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...(50 * attempt))))
            }
        }
    }
}
