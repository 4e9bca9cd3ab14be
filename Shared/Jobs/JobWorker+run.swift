import Logging
import Metrics
import Postgres

extension JobWorker {
    /// One row of `queue.claim`.
    struct Claim: Sendable {
        let id: Int64
        let token: Int64
        let kind: String
        let payload: JSONText
        let attempt: Int32
        let cause: Int64?
    }

    /// Runs one start to its end and hands in its report.
    func run(_ claim: Claim, stops: AsyncStream<JobOutcome.Stop>) async {
        var logger = logger
        logger[metadataKey: "job"] = "\(claim.id)"
        logger[metadataKey: "kind"] = "\(claim.kind)"
        let job = Job(
            id: claim.id, kind: claim.kind, attempt: Int(claim.attempt), causeJobID: claim.cause, logger: logger,
            token: claim.token, body: claim.payload, pool: pool)
        let began = ContinuousClock.now
        let (error, stop) = await handle(job, stops: stops)
        let outcome = JobOutcome.decide(error: error, settled: job.settled.isTrue, stop: stop)
        record(outcome, claim, took: began.duration(to: .now), logger: logger, error: error)
        if outcome != .nothing { reports.add(.init(job: claim.id, token: claim.token, outcome: outcome)) }
    }

    /// Runs the handler beside a watch for orders to stop. A stopped handler is waited for: what it may still do is done.
    private func handle(
        _ job: Job, stops: AsyncStream<JobOutcome.Stop>
    ) async -> (error: (any Error)?, stop: JobOutcome.Stop?) {
        enum End: Sendable {
            case handler((any Error)?)
            case stop(JobOutcome.Stop)
            case quiet
        }
        guard let handler = handlers.byKind[job.kind] else {
            let known = handlers.byKind.keys.sorted().joined(separator: ", ")
            return (JobFailure.dead("\(queue) knows no jobs of kind \(job.kind); it knows \(known)"), nil)
        }
        return await withTaskGroup(of: End.self) { group in
            group.addTask {
                do {
                    try await handler.run(job)
                    return .handler(nil)
                } catch {
                    return .handler(error)
                }
            }
            group.addTask {
                for await reason in stops { return .stop(reason) }
                return .quiet
            }
            var stop: JobOutcome.Stop?
            for await end in group {
                switch end {
                case .handler(let error):
                    group.cancelAll()
                    return (error, stop)
                case .stop(let reason):
                    stop = reason
                    group.cancelAll()
                case .quiet: break
                }
            }
            return (CancellationError(), stop)
        }
    }

    private func record(_ outcome: JobOutcome, _ claim: Claim, took: Duration, logger: Logger, error: (any Error)?) {
        let label: String
        switch outcome {
        case .completed:
            label = "completed"
        case .nothing:
            label = error == nil ? "completed" : "dropped"
            if error != nil { logger.warning("a result was dropped: another worker has the job") }
        case .failed(let reason, _, let dead):
            label = dead ? "dead" : "failed"
            logger.warning("job failed", metadata: ["reason": "\(reason)", "attempt": "\(claim.attempt)"])
        case .released:
            label = "released"
        case .cancelled:
            label = "cancelled"
        }
        let dimensions = [("queue", queue), ("kind", claim.kind)]
        Counter(label: "jobs_total", dimensions: dimensions + [("outcome", label)]).increment()
        Metrics.Timer(label: "job_seconds", dimensions: dimensions).record(duration: took)
    }
}
