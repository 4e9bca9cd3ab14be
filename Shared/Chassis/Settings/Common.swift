package import Foundation
package import Model

// The settings that every service has: by service, since the names carry the service's, and those that all share.
extension Settings {
    /// The service's own role; never the owner's.
    package static func databaseURL(_ service: ServiceName) -> Setting<String?> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_DATABASE_URL", .optional(.databaseURL), default: nil, secret: true,
            "The database, as role \(service.role). Needed by serve.")
    }

    package static func host(_ service: ServiceName) -> Setting<String> {
        Setting("HOLDFAST_\(service.settingPrefix)_HOST", .host, default: "127.0.0.1", "Where the HTTP API listens.")
    }

    package static func port(_ service: ServiceName) -> Setting<Int> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_PORT", .port, default: service.apiPort ?? 0,
            "The port of the HTTP API; 0 takes any free one.")
    }

    package static func healthHost(_ service: ServiceName) -> Setting<String> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_HEALTH_HOST", .host, default: "127.0.0.1",
            "Where /healthz, /readyz and /metrics listen.")
    }

    package static func healthPort(_ service: ServiceName) -> Setting<Int> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_HEALTH_PORT", .port, default: service.healthPort,
            "The port of /healthz, /readyz and /metrics; 0 takes any free one.")
    }

    package static func poolSize(_ service: ServiceName) -> Setting<Int> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_POOL_SIZE", .number(1...200, "connections"),
            default: service == .usageIngest ? 8 : 6,
            "The most database connections that its work holds; four more serve its queue, where it has one.")
    }

    /// Notifier's attempts wait for others most of their time: many of them at once cost little. Those of contacts and
    /// risk-scorer that wait are worked on together: the more, the better. usage-ingest works on no queue and has no such
    /// setting.
    package static func workers(_ service: ServiceName) -> Setting<Int> {
        Setting(
            "HOLDFAST_\(service.settingPrefix)_WORKERS", .number(1...64, "jobs"),
            default: service == .notifier ? 64 : service == .scheduler ? 4 : 24,
            "How many jobs of its queue one process works on at the same time; 64 unless set for notifier, whose jobs "
                + "mostly wait, and 24 for contacts and risk-scorer, which look at the accounts of many jobs at once. "
                + "usage-ingest has no queue.")
    }

    package static let pgBouncer = Setting(
        "HOLDFAST_PGBOUNCER", .one(of: ["off", "on", "unprepared"]), default: "off",
        "on: the database is reached through PgBouncer in transaction mode, so no LISTEN and no session locks; "
            + "unprepared: no prepared statements either (PgBouncer before 1.21).")

    package static let statementTimeout = Setting(
        "HOLDFAST_STATEMENT_TIMEOUT", .seconds(1...3_600), default: .seconds(60),
        "After this long the database gives a statement up.")

    package static let connectTimeout = Setting(
        "HOLDFAST_CONNECT_TIMEOUT", .seconds(1...120), default: .seconds(5),
        "After this long an attempt to connect to the database is given up.")

    package static let logLevel = Setting(
        "HOLDFAST_LOG_LEVEL", .one(of: ["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        default: "info", "The least serious log line that is written.")

    package static let logFile = Setting(
        "HOLDFAST_LOG_FILE", .optional(.path), default: nil,
        "A file that gets the log too; standard error always does.")

    package static let logMaxBytes = Setting(
        "HOLDFAST_LOG_MAX_BYTES", .bytes(64 << 10...4 << 30), default: 16 << 20,
        "At this size the log file is renamed to NAME.1 and a new one is begun.")

    package static let logKeep = Setting(
        "HOLDFAST_LOG_KEEP", .number(1...99, "files"), default: 5, "How many renamed log files are kept.")

    package static let pluginFolder = Setting(
        "HOLDFAST_PLUGIN_FOLDER", .optional(.path), default: nil,
        "A folder with a sub-folder for each external plugin, which holds its plugin.json.")

    package static let publicURL = Setting<URL?>(
        "HOLDFAST_PUBLIC_URL", .optional(.httpURL), default: nil,
        "Where people's browsers reach the console, for links in messages.")

    package static let maxConnections = Setting(
        "HOLDFAST_HTTP_MAX_CONNECTIONS", .number(1...100_000, "connections"), default: 1_024,
        "The most open HTTP connections; more wait to be accepted.")

    package static let requestTimeout = Setting(
        "HOLDFAST_HTTP_REQUEST_TIMEOUT", .seconds(1...600), default: .seconds(30),
        "After this long a request is answered with 503 and given up.")

    package static let idleTimeout = Setting(
        "HOLDFAST_HTTP_IDLE_TIMEOUT", .seconds(1...3_600), default: .seconds(60),
        "After this long without a byte an HTTP connection is closed.")

    package static let maxBodyBytes = Setting(
        "HOLDFAST_HTTP_MAX_BODY_BYTES", .bytes(1 << 10...1 << 30), default: 10 << 20,
        "The largest body of an HTTP request; usage-ingest has a setting of its own.")

    /// What every service reads beside its own.
    static func every(_ service: ServiceName) -> [any SettingDescription] {
        var settings: [any SettingDescription] = [databaseURL(service)]
        if service.apiPort != nil { settings += [host(service), port(service)] }
        settings += [healthHost(service), healthPort(service), poolSize(service)]
        if service != .usageIngest { settings.append(workers(service)) }
        settings += [pgBouncer, statementTimeout, connectTimeout, logLevel, logFile, logMaxBytes, logKeep]
        settings += [pluginFolder, publicURL]
        if service.apiPort != nil { settings += [maxConnections, requestTimeout, idleTimeout, maxBodyBytes] }
        return settings
    }
}
