import Foundation
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
    /// Beats, claims and reports go by connections of their own, so that busy handlers can't starve them.
    let control: PostgresPool
    let listener: PostgresListener?
    let handlers: JobHandlers
    let cron: [CronSchedule]
    let concurrency: Int
    let version: String
    let stopPatience: Duration
    let logger: Logger
    let state = WorkerState()
    let reports = JobReports()
    let wakeUps = WakeSignal()

    /// - Parameters:
    ///   - pool: where handlers' transactions run.
    ///   - database: for the worker's own two connections and one that listens.
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
        control = PostgresPool(database, size: 2, logger: logger)
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
                group.cancelAll()
            }
        } onGracefulShutdown: { [state, wakeUps] in
            state.stopClaiming()
            wakeUps.signal()
        }
        await leave()
        await control.close()
    }

    /// Claims until told to stop, then waits for what runs.
    private func claimLoop() async {
        await withDiscardingTaskGroup { jobs in
            while !state.isStopping, !Task.isCancelled {
                guard let worker = await registration() else { continue }
                let room = concurrency - state.runningCount
                let claimed = room > 0 ? await claim(worker, room) : []
                for claim in claimed { start(claim, in: &jobs) }
                if claimed.isEmpty { await rest(worker, hasRoom: room > 0, in: &jobs) }
            }
            let deadline = ContinuousClock.now + stopPatience
            while state.runningCount > 0, ContinuousClock.now < deadline, !Task.isCancelled {
                await wakeUps.wait(atMost: .milliseconds(200))
            }
            state.stopAll(.shutdown)
        }
    }

    /// Goes to sleep: says so, looks once more (a job may have come in between), then waits for a wake-up.
    private func rest(_ worker: Int64, hasRoom: Bool, in jobs: inout DiscardingTaskGroup) async {
        if hasRoom {
            do {
                _ = try await control.first("select queue.sleep(\(worker))")
            } catch {
                logger.debug("could not go to sleep", metadata: ["error": "\(error)"])
            }
            let claimed = await claim(worker, concurrency - state.runningCount)
            for claim in claimed { start(claim, in: &jobs) }
            if !claimed.isEmpty { return }
        }
        // The beat rings when jobs wait, so that a lost wake-up costs no more than its interval.
        await wakeUps.wait(atMost: .seconds(60))
    }

    private func start(_ claim: Claim, in jobs: inout DiscardingTaskGroup) {
        let (stops, stop) = AsyncStream.makeStream(of: JobOutcome.Stop.self, bufferingPolicy: .bufferingOldest(1))
        let timeout = handlers.byKind[claim.kind]?.timeout ?? .seconds(300)
        state.began(
            claim.id, .init(token: claim.token, deadline: .now + timeout, timeout: timeout, stop: stop))
        jobs.addTask {
            await self.run(claim, stops: stops)
            self.state.ended(claim.id)
            self.wakeUps.signal()
        }
    }
}
