import Chassis
import Postgres

/// People who work here.
struct User: Sendable, Equatable {
    /// Viewers are what analysts were called before.
    static let roles = ["admin", "manager", "analyst", "service", "viewer"]

    let id: Int64
    let name: String
    let role: String

    /// An analyst looks and asks, and changes nothing.
    var mayChange: Bool { role != "analyst" && role != "viewer" }

    /// Makes a user, and gives one who was made by an import and has no password yet one.
    static func add(
        _ name: String, role: String?, email: String?, language: String?, timeZone: String?, passwordHash: String,
        in connection: PostgresConnection
    ) async throws {
        let row = try await connection.first(
            """
            insert into crm.team_user as u (name, role, email, language, time_zone)
            values (\(name), coalesce(\(role), 'manager'), \(email), coalesce(\(language), 'en'), coalesce(\(timeZone), 'UTC'))
            on conflict (name) do update set role = coalesce(\(role), u.role), email = coalesce(\(email), u.email),
                language = coalesce(\(language), u.language), time_zone = coalesce(\(timeZone), u.time_zone)
            where not exists (select from crm.user_secret s where s.user_id = u.id)
            returning id
            """)
        guard let row else {
            throw ProgramFailure(
                .badInput, "There is a user “\(name)” already: give a new password by contacts user password “\(name)”."
            )
        }
        let id: Int64 = try row["id"]
        try await connection.execute(
            "insert into crm.user_secret (user_id, password_hash) values (\(id), \(passwordHash))")
        try await Audit.record("command line", "add", "user \(name)", in: connection)
    }

    /// Gives a new password and ends all sign-ins.
    static func setPassword(_ name: String, hash: String, in connection: PostgresConnection) async throws {
        let id = try await id(of: name, in: connection)
        try await connection.execute(
            """
            insert into crm.user_secret (user_id, password_hash) values (\(id), \(hash))
            on conflict (user_id) do update set password_hash = excluded.password_hash
            """)
        try await connection.execute("delete from crm.session_secret where user_id = \(id)")
        try await Audit.record("command line", "password", "user \(name)", in: connection)
    }

    /// Ends all sign-ins of a user and lets him in no more, or lets him in again.
    static func disable(_ name: String, _ isDisabled: Bool, in connection: PostgresConnection) async throws {
        let id = try await id(of: name, in: connection)
        try await connection.execute(
            "update crm.team_user set disabled_at = case when \(isDisabled) then now() end where id = \(id)")
        if isDisabled { try await connection.execute("delete from crm.session_secret where user_id = \(id)") }
        try await Audit.record("command line", isDisabled ? "disable" : "enable", "user \(name)", in: connection)
    }

    private static func id(of name: String, in connection: PostgresConnection) async throws -> Int64 {
        guard let row = try await connection.first("select id from crm.team_user where name = \(name)") else {
            throw ProgramFailure(.badInput, "There is no user “\(name)”: contacts user list shows who there is.")
        }
        return try row["id"]
    }
}
