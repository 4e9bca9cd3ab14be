package import Logging
package import Postgres
import ServiceLifecycle

/// Works on one queue: claims jobs, runs their handlers, beats every 2 s and is gone within seconds when it must be.
///
/// Liveness: the queue gives a worker up 6 s after its last beat. A worker that got no answer for 5 s stops its own jobs,
/// so that no two run the same one at once as far as the worker can help it; what they write is fenced by the lease.
package final class JobWorker: Service {
    static let beatEvery: Duration = .seconds(2)
    static let silenceLimit: Duration = .seconds(5)
    let queue: String
    let pool: PostgresPool
    /// Beats and reports go by connections of their own, so that busy handlers can't starve them.
    let control: PostgresPool
    /// One session that claims and sleeps. A claim that a crash of the server undoes is made again, so that its commit
    /// need not wait for the disk.
    let claims: PostgresPool
    let listener: PostgresListener?
    let handlers: JobHandlers
    let cron: [CronSchedule]
    let concurrency: Int
    let version: String
    let stopPatience: Duration
    let logger: Logger
    let state = WorkerState()
    let reports: JobReports
    let meters: JobMeters
    let wakeUps = WakeSignal()

    /// - Parameters:
    ///   - pool: where handlers' transactions run.
    ///   - database: for the worker's own three connections and one that listens.
    ///   - listens: false where LISTEN does not work, as behind a transaction pooler; then the beat polls.
    ///   - concurrency: most jobs at once in this process.
    ///   - stopPatience: how long running jobs may go on after the order to stop.
    package init(
        queue: String, pool: PostgresPool, database: PostgresConfiguration, listens: Bool = true, handlers: JobHandlers,
        cron: [CronSchedule] = [], concurrency: Int = 8, version: String = "dev", stopPatience: Duration = .seconds(12),
        logger: Logger
    ) {
        self.queue = queue
        self.pool = pool
        self.handlers = handlers
        self.cron = cron
        self.concurrency = concurrency
        self.version = version
        self.stopPatience = stopPatience
        self.logger = logger
        meters = JobMeters(queue: queue)
        reports = JobReports(meters: meters)
        control = PostgresPool(database, size: 2, logger: logger)
        var claiming = database
        claiming.durableCommits = false
        claims = PostgresPool(claiming, size: 1, logger: logger)
        listener = listens ? PostgresListener(database, channels: ["holdfast_\(queue)"], logger: logger) : nil
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                if let listener {
                    group.addTask { [logger] in
                        do { try await listener.run() } catch is CancellationError {} catch {
                            logger.error("listening ended; polling goes on", metadata: ["error": "\(error)"])
                        }
                    }
                    group.addTask { [wakeUps] in for await _ in listener.notifications() { wakeUps.signal() } }
                }
                group.addTask { await self.beatLoop() }
                group.addTask { await self.reports.run(self.control, logger: self.logger) }
                await claimLoop()
                await finish()
                group.cancelAll()
            }
        } onGracefulShutdown: { [state, wakeUps] in
            state.stopClaiming()
            wakeUps.signal()
        }
        await leave()
        await claims.close()
        await control.close()
    }

    /// Waits for what runs, and after `stopPatience` stops it.
    private func finish() async {
        let deadline = ContinuousClock.now + stopPatience
        while state.runningCount > 0, ContinuousClock.now < deadline, !Task.isCancelled {
            await wakeUps.wait(atMost: .milliseconds(200))
        }
        state.stopAll(.shutdown)
        // Also after a cancellation, by which the bell rings at once.
        let stopped = Task { [state, wakeUps] in
            while state.runningCount > 0 { await wakeUps.wait(atMost: .milliseconds(200)) }
        }
        await stopped.value
    }
}
