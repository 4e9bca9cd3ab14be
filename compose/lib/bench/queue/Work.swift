import ArgumentParser
import Foundation
import Jobs
import Postgres
import ServiceLifecycle
import TestBed
import UnixSignals

struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A worker until it is told to stop, with the kinds of jobs that the benches offer.")

    @OptionGroup var place: Place
    @Option(help: "Most jobs at once in the process.") var concurrency = 64
    @Flag(help: "Without LISTEN, as behind a transaction pooler.") var polls = false

    func run() async throws {
        let configuration = try place.configuration
        let pool = PostgresPool(configuration, size: 8, reconnectLimit: .seconds(1), logger: Place.logger)
        let worker = JobWorker(
            queue: Place.queue, pool: pool, database: configuration, listens: !polls, handlers: Self.handlers(pool),
            concurrency: concurrency, stopPatience: .seconds(2), logger: Place.logger)
        try await ServiceGroup(
            configuration: .init(
                services: [.init(service: worker)], gracefulShutdownSignals: [.sigterm, .sigint], logger: Place.logger)
        ).run()
    }

    /// Each start of a chaos job is noted by itself, its completion together with a row of the ledger.
    private static func handlers(_ pool: PostgresPool) -> JobHandlers {
        var handlers = JobHandlers()
        handlers.on(Place.kind) { _ in }
        handlers.on("chaos.ledger", timeout: .seconds(60)) { job in
            try await note(job, pool)
            struct Long: Decodable { let ms: Int }
            try await Task.sleep(for: .milliseconds(try job.payload(Long.self).ms))
            _ = try await job.transaction { connection in
                try await connection.execute(
                    "insert into chaos.ledger (job_id, attempt) values (\(job.id), \(Int32(job.attempt)))")
            }
        }
        handlers.on("chaos.plain", timeout: .seconds(60)) { job in try await note(job, pool) }
        handlers.on("chaos.poison") { job in
            try await note(job, pool)
            kill(getpid(), SIGKILL)
            try await Task.sleep(for: .seconds(60))
        }
        return handlers
    }

    private static func note(_ job: Job, _ pool: PostgresPool) async throws {
        try await pool.execute(
            "insert into chaos.start (job_id, attempt, pid) values (\(job.id), \(Int32(job.attempt)), \(getpid()))")
    }
}
