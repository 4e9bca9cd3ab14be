import ArgumentParser
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import UnixSignals

struct Subscribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A subscriber of usage.recorded in the place of contacts: it looks at the subjects and does no more.")

    @OptionGroup var place: Place

    func run() async throws {
        let pool = try place.pool(8)
        var handlers = JobHandlers()
        handlers.on(Topic.usageRecorded.rawValue) { job in
            let touched: SubjectsTouched = try job.payload()
            _ = try await pool.first("select count(*) from usage.subject where id = any(\(touched.subjects))")
        }
        let worker = JobWorker(
            queue: ServiceName.contacts.queue, pool: pool, database: try PostgresConfiguration(url: place.url),
            handlers: handlers, concurrency: 4, logger: Place.logger)
        try await ServiceGroup(
            configuration: .init(
                services: [.init(service: worker)], gracefulShutdownSignals: [.sigterm, .sigint], logger: Place.logger)
        ).run()
    }
}
