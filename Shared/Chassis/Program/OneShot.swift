import Foundation
import Logging
package import Model
import Postgres

extension Runtime {
    /// Runs a command that does one thing and ends, by the service's own role and settings: `import`, `key` and so on.
    /// Errors become one sentence and an exit code. It logs warnings and worse to standard error, as plain sentences.
    package static func oneShot(
        _ service: ServiceName, _ body: @escaping @Sendable (Runtime) async throws -> Void
    ) async throws {
        try await Program.run(service.rawValue) {
            let settings = try SettingValues(
                of: service, environment: ProcessInfo.processInfo.environment, needed: [Settings.databaseURL(service)])
            LoggingSystem.bootstrap { PlainLog(label: $0) }
            let runtime = try Runtime(service, settings: settings)
            try await runtime.withPool { try await body(runtime) }
        }
    }

    private func withPool(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let pool = pool
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            do {
                try await body()
            } catch {
                await pool.close()
                group.cancelAll()
                throw error
            }
            await pool.close()
            group.cancelAll()
        }
    }
}
