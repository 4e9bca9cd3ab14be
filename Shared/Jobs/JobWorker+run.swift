import Logging
import Postgres

extension JobWorker {
    /// Starts a job that was claimed. Its task is the run's, which is waited for before the worker ends.
    func start(_ claim: JobClaim) {
        let run = JobRun(claim, timeout: handlers.byKind[claim.kind]?.timeout ?? .seconds(300))
        state.began(run)
        run.began(
            Task {
                await self.carry(out: run)
                self.state.ended(run)
                self.wakeUps.signal()
            })
    }

    /// Runs one start to its end and hands in its report.
    private func carry(out run: JobRun) async {
        let claim = run.claim
        let job = Job(
            id: claim.id, kind: claim.kind, attempt: Int(claim.attempt), causeJobID: claim.cause, base: logger,
            token: claim.token, body: claim.payload, pool: pool)
        let began = ContinuousClock.now
        let error = await handle(job)
        let outcome = JobOutcome.decide(error: error, settled: job.settled.isTrue, stop: run.stopped)
        record(outcome, job, took: began.duration(to: .now))
        if outcome != .nothing { reports.add(.init(job: claim.id, token: claim.token, outcome: outcome)) }
    }

    private func handle(_ job: Job) async -> (any Error)? {
        guard let handler = handlers.byKind[job.kind] else {
            let known = handlers.byKind.keys.sorted().joined(separator: ", ")
            return JobFailure.dead("\(queue) knows no jobs of kind \(job.kind); it knows \(known)")
        }
        do {
            try await handler.run(job)
            return nil
        } catch {
            return error
        }
    }

    private func record(_ outcome: JobOutcome, _ job: Job, took: Duration) {
        let label: String
        switch outcome {
        case .completed:
            label = "completed"
        case .nothing:
            label = job.settled.isTrue ? "completed" : "dropped"
            if !job.settled.isTrue {
                meters.dropped(1)
                job.logger.warning("a result was dropped: another worker has the job")
            }
        case .failed(let reason, _, let dead):
            label = dead ? "dead" : "failed"
            job.logger.warning("job failed", metadata: ["reason": "\(reason)", "attempt": "\(job.attempt)"])
        case .released:
            label = "released"
        case .cancelled:
            label = "cancelled"
        }
        meters.ended(kind: job.kind, outcome: label, took: took)
    }
}
