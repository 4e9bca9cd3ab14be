package import Hummingbird
package import Logging
package import Model
package import Postgres

/// What a service is built from: its settings, database, log and health. `serve` makes one; tests make their own.
package struct Runtime: Sendable {
    package let service: ServiceName
    package let settings: SettingValues
    package let database: PostgresConfiguration
    package let pool: PostgresPool
    package let logger: Logger
    package let health: Health
    package let keys: KeyCheck

    /// For tests: on a database and pool of their own.
    package init(
        _ service: ServiceName, settings: SettingValues, database: PostgresConfiguration, pool: PostgresPool,
        logger: Logger, health: Health = Health()
    ) {
        self.service = service
        self.settings = settings
        self.database = database
        self.pool = pool
        self.logger = logger
        self.health = health
        keys = KeyCheck(pool: pool)
    }

    /// From the settings alone, which must name the service's database. Connects to nothing yet.
    init(_ service: ServiceName, settings: SettingValues, health: Health = Health()) throws {
        let logger = Logger(label: service.rawValue)
        let database = try settings.database(of: service)
        let pool = PostgresPool(database, size: settings[Settings.poolSize(service)], logger: logger)
        self.init(service, settings: settings, database: database, pool: pool, logger: logger, health: health)
    }

    /// Where to LISTEN; nil behind PgBouncer, where nothing can: poll.
    package var listen: PostgresConfiguration? { settings[Settings.pgBouncer] == "off" ? database : nil }

    /// The HTTP API on the service's port: request ids, limits, errors as `{"code", "message"}`, log and metrics.
    /// `maxBodyBytes` overrides the setting that all services share.
    package func httpServer<Context: RequestContext>(
        _ router: Router<Context>, maxBodyBytes: Int? = nil
    ) -> HTTPServer where Context.Source == ApplicationRequestContextSource {
        var limits = HTTPLimits()
        limits.maxConnections = settings[Settings.maxConnections]
        limits.requestTimeout = settings[Settings.requestTimeout]
        limits.idleTimeout = settings[Settings.idleTimeout]
        limits.maxBodyBytes = maxBodyBytes ?? settings[Settings.maxBodyBytes]
        let port = Settings.port(service)
        return HTTPServer(
            router, host: settings[Settings.host(service)], port: settings[port], settingName: port.name,
            limits: limits,
            logger: logger)
    }

    /// `/healthz`, `/readyz` and `/metrics` on the health port.
    func healthServer() -> HTTPServer {
        var limits = HTTPLimits()
        limits.maxConnections = 64
        limits.requestTimeout = .seconds(10)
        limits.maxBodyBytes = 1 << 10
        let port = Settings.healthPort(service)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .info)
        return HTTPServer(
            HealthRoutes.router(health, metrics: .process, service: service.rawValue),
            host: settings[Settings.healthHost(service)], port: settings[port], settingName: port.name, limits: limits,
            logger: quiet)
    }
}

extension SettingValues {
    /// The settings of a service, from `environment`; the database's URL must be there only for `serve` and one-shot
    /// commands, which say so by `needed`.
    package init(
        of service: ServiceName, environment: [String: String], needed: [any SettingDescription] = []
    ) throws {
        try self.init(Settings.table(of: service), needed: needed, environment: environment)
    }

    /// The service's database as its settings describe it.
    package func database(of service: ServiceName) throws -> PostgresConfiguration {
        let setting = Settings.databaseURL(service)
        guard let url = self[setting] else {
            throw ProgramFailure(.configuration, "\(setting.name) is not set: \(setting.doc)")
        }
        var database = try PostgresConfiguration(url: url)
        database.applicationName = "holdfast \(service.rawValue)"
        database.connectTimeout = self[Settings.connectTimeout]
        database.statementTimeout = self[Settings.statementTimeout]
        database.preparedStatements = self[Settings.pgBouncer] != "unprepared"
        database.sessionDefaults = self[Settings.pgBouncer] == "off"
        return database
    }
}
