import Foundation
import Logging
import Postgres

/// The PostgreSQL that tests run on, given by `HOLDFAST_TEST_DATABASE_URL` (a superuser's). Roles sign in without a
/// password there (trust).
enum Cluster {
    static let setting = "HOLDFAST_TEST_DATABASE_URL"

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }

    /// The maintenance database, as superuser.
    static func maintenance() throws -> PostgresConfiguration {
        guard let url = ProcessInfo.processInfo.environment[setting], !url.isEmpty else {
            throw TestBedError("set \(setting) to the URL of a throw-away PostgreSQL, as superuser")
        }
        var configuration = try PostgresConfiguration(url: url)
        configuration.applicationName = "holdfast-tests"
        configuration.connectTimeout = .seconds(20)
        configuration.statementTimeout = .seconds(120)
        configuration.lockTimeout = .seconds(120)
        return configuration
    }

    /// Runs the body on a connection of its own to the maintenance database.
    static func administer<Result>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await PostgresConnection.connect(try maintenance(), logger: logger)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

package struct TestBedError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
