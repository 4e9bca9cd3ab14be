@testable import Chassis
import Foundation
import Logging
import Model
import Postgres
import Synchronization
import TestBed

/// What a service's log said.
final class Said: Sendable {
    private let text = Mutex("")
    var all: String { text.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { label in
            ServiceLog(label: label, service: "test", level: .debug) { line in
                self.text.withLock { $0 += String(decoding: line, as: UTF8.self) }
            }
        }
    }
}

extension Runtime {
    /// A runtime on a database as a role, with ports that are free.
    static func testing(
        _ service: ServiceName, url: String, said: Said = Said(), environment extra: [String: String] = [:]
    ) throws -> Runtime {
        var environment = [
            Settings.databaseURL(service).name: url, Settings.healthPort(service).name: "0",
            Settings.port(service).name: "0",
        ]
        environment.merge(extra) { $1 }
        let settings = try SettingValues(of: service, environment: environment)
        let database = try settings.database(of: service)
        return Runtime(
            service, settings: settings, database: database,
            pool: PostgresPool(database, size: 4, logger: said.logger), logger: said.logger)
    }
}
