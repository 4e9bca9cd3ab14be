import ArgumentParser
import Foundation
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle

/// The database that is measured, and the queue in it.
struct Place: ParsableArguments {
    @Option(help: "The migrated database, as its owner.")
    var url: String

    static let queue = ServiceName.contacts.queue
    static let kind = "bench.noop"

    static var logger: Logger {
        var logger = Logger(label: "queue-bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }

    var configuration: PostgresConfiguration {
        get throws { try PostgresConfiguration(url: url) }
    }

    func pool(_ size: Int) throws -> PostgresPool {
        PostgresPool(try configuration, size: size, logger: Self.logger)
    }

    /// Runs a worker beside the body and stops it in order afterwards.
    func working<Result: Sendable>(
        _ handlers: JobHandlers, concurrency: Int, listens: Bool = true, _ body: () async throws -> Result
    ) async throws -> Result {
        let pool = try pool(8)
        let worker = JobWorker(
            queue: Self.queue, pool: pool, database: try configuration, listens: listens, handlers: handlers,
            concurrency: concurrency, stopPatience: .milliseconds(500), logger: Self.logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: worker)], logger: Self.logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                let result = try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                await pool.close()
                return result
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }
}
