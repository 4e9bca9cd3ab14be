import Foundation
import Logging
import Postgres

/// What the worker says to the queue and hears from it.
extension JobWorker {
    /// The worker's id, registering if need be. Nil while the database is away; it then has waited a little.
    func registration() async -> Int64? {
        if let worker = state.worker { return worker }
        let sent = ContinuousClock.now
        do {
            let worker = try await control.transaction { [queue, version, cron] connection -> Int64 in
                for schedule in cron {
                    _ = try await connection.first(
                        """
                        select queue.schedule(\(schedule.name), \(queue), \(schedule.kind), \(schedule.line),
                            time_zone => \(schedule.timeZone))
                        """)
                }
                let row = try await connection.first(
                    """
                    select queue.register(\(queue), \(ProcessInfo.processInfo.hostName),
                        \(ProcessInfo.processInfo.processIdentifier), \(version)) as id
                    """)
                guard let row else { throw JobFailure.retry("queue.register answered nothing") }
                return try row["id"]
            }
            reports.forget()
            state.registered(worker, sent: sent)
            logger.info("working on the queue", metadata: ["queue": "\(queue)", "worker": "\(worker)"])
            return worker
        } catch {
            logger.warning("could not register with the queue; trying again", metadata: ["error": "\(error)"])
            await wakeUps.wait(atMost: .milliseconds(Int64.random(in: 300...1_000)))
            return nil
        }
    }

    func claim(_ worker: Int64, _ most: Int) async -> [JobClaim] {
        let sent = ContinuousClock.now
        do {
            let claimed = try await claims.query(
                """
                select job_id, token, kind, payload, attempt, cause_job_id, crashes
                from queue.claim(\(worker), \(Int32(most)))
                """
            ).map { row in
                JobClaim(
                    id: try row[0], token: try row[1], kind: try row[2], payload: try row[3], attempt: try row[4],
                    cause: try row[5], crashes: try row[6])
            }
            // Leases that this worker did not know of for long are given to others: an answer that came late may be of such.
            guard sent.duration(to: .now) < Self.silenceLimit else {
                logger.warning("the answer to a claim came too late", metadata: ["jobs": "\(claimed.count)"])
                return []
            }
            return claimed
        } catch {
            if let error = error as? PostgresError, error.sqlState == "55000" { state.giveUp() }
            logger.warning("could not claim jobs", metadata: ["error": "\(error)"])
            await wakeUps.wait(atMost: .milliseconds(Int64.random(in: 200...600)))
            return []
        }
    }

    /// From now on NOTIFY wakes this worker. False where that could not be said.
    func sleep(_ worker: Int64) async -> Bool {
        do {
            _ = try await claims.first("select queue.sleep(\(worker))")
            return true
        } catch {
            logger.debug("could not go to sleep", metadata: ["error": "\(error)"])
            await wakeUps.wait(atMost: .milliseconds(200))
            return false
        }
    }

    /// Beats until the task is cancelled. The rhythm is jittered, so that processes don't beat together.
    func beatLoop() async {
        while !Task.isCancelled {
            if let worker = state.worker { await beat(worker) }
            if state.worker != nil, state.silence > Self.silenceLimit {
                logger.error("the queue has not answered for too long; stopping all jobs")
                state.giveUp()
                wakeUps.signal()
            }
            state.stopOverdue()
            try? await Task.sleep(for: Self.beatEvery * Double.random(in: 0.85...1))
        }
    }

    private func beat(_ worker: Int64) async {
        let sent = ContinuousClock.now
        do {
            // A worker that hangs in a transaction holds locks on its leases: who gives it up ends these sessions.
            let backends = pool.backendPIDs + control.backendPIDs + claims.backendPIDs
            let held = state.held + reports.held
            let row = try await withThrowingTaskGroup(of: Row?.self) { [control] group in
                group.addTask {
                    try await control.first("select * from queue.beat(\(worker), \(backends), \(held))")
                }
                group.addTask {
                    // A beat that takes longer is no sign of life.
                    try await Task.sleep(for: .seconds(3))
                    throw JobFailure.retry("no answer within 3 s")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            guard let row, try row["alive"] else {
                logger.error("the queue gave this worker up; stopping all jobs")
                state.giveUp()
                wakeUps.signal()
                return
            }
            state.answered(sent: sent)
            state.stop(try row["cancelled"], .cancelled)
            let jobsWait: Bool = try row["ready"]
            state.jobsWait = jobsWait
            meters.lag(try row["lag_s"] ?? 0)
            if jobsWait { wakeUps.signal() }
        } catch {
            logger.warning("no answer to a beat", metadata: ["error": "\(error)"])
        }
    }

    /// Stops in order: hands in what is left and gives back what was not run.
    func leave() async {
        for _ in 0..<20 where !reports.isEmpty { await reports.flush(control, logger: logger) }
        guard let worker = state.worker else { return }
        do {
            _ = try await control.first("select queue.leave(\(worker))")
        } catch {
            logger.warning("could not leave the queue in order; it notices by itself", metadata: ["error": "\(error)"])
        }
    }
}
