package import Jobs
import Model

extension Runtime {
    /// A worker on the service's own queue, as many jobs at once as the settings say; list it among the parts.
    package func worker(_ handlers: JobHandlers, cron: [CronSchedule] = []) -> JobWorker {
        JobWorker(
            queue: service.queue, pool: pool, database: database, listens: settings[Settings.pgBouncer] == "off",
            handlers: handlers, cron: cron, concurrency: settings[Settings.workers(service)], version: Chassis.version,
            logger: logger)
    }
}
