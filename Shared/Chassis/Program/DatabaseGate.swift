import Logging
import Model
import Postgres
import Schema
import ServiceLifecycle

/// What stands between a start and the work: a database that answers, the service's own role, and tables of a version
/// that this program can work with.
struct DatabaseGate {
    let service: ServiceName
    let database: PostgresConfiguration
    let logger: Logger
    let health: Health

    /// The longest pause between two attempts to reach the database.
    static let longestPause: Duration = .seconds(5)

    /// Returns once the service may work. Waits as long as the database can't be reached; throws a `ProgramFailure`
    /// where waiting would not help.
    func pass() async throws {
        let connection = try await reach()
        do {
            try await checkRole(connection)
            try await Schema.check(connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func reach() async throws -> PostgresConnection {
        var pause: Duration = .milliseconds(100)
        var said = false
        while true {
            do {
                let connection = try await PostgresConnection.connect(database, logger: logger)
                if said { logger.notice("The database is reachable.") }
                return connection
            } catch let error as PostgresError where error.isConnectionLost {
                health.waits(for: "database: \(error.message)")
                if !said {
                    logger.warning("The database can't be reached; waiting for it.", metadata: ["error": "\(error)"])
                }
                said = true
            }
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, DatabaseGate.longestPause)
        }
    }

    /// A service works as its own role. What the owner or a superuser does, no grant would hold back.
    private func checkRole(_ connection: PostgresConnection) async throws {
        let row = try await connection.first(
            """
            select current_user::text as name,
                   (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
                   exists (select from pg_database where datname = current_database()
                           and pg_has_role(current_user, datdba, 'member')) as owns_database,
                   exists (select from pg_namespace
                           where nspname in ('queue', 'crm', 'usage', 'risk', 'plan', 'notify', 'report')
                           and pg_has_role(current_user, nspowner, 'member')) as owns_schema
            """)
        guard let row else { return }
        let name: String = try row["name"]
        let (isSuperuser, ownsDatabase, ownsSchema): (Bool, Bool, Bool) = try (
            row["is_superuser"], row["owns_database"], row["owns_schema"]
        )
        let setting = Settings.databaseURL(service).name
        if isSuperuser || ownsDatabase || ownsSchema {
            throw ProgramFailure(
                .notAllowed,
                "\(service.rawValue) does not serve as \(name), which \(isSuperuser ? "is a superuser" : "owns the database"): "
                    + "give \(setting) the role \(service.role).")
        }
        if name != service.role {
            throw ProgramFailure(
                .notAllowed,
                "\(service.rawValue) does not serve as \(name): give \(setting) the role \(service.role).")
        }
    }
}
