import Synchronization

/// What a worker holds in memory: who it is to the queue, what it runs, and when the queue last answered.
final class WorkerState: Sendable {
    private struct Contents {
        var worker: Int64?
        var answeredAt = ContinuousClock.now
        var running: [Int64: JobRun] = [:]
        var stopping = false
        var jobsWait = false
    }

    private let contents = Mutex(Contents())

    /// The worker's id in `queue.worker`; nil until it is registered, and again after it was given up.
    var worker: Int64? { contents.withLock { $0.worker } }
    var isStopping: Bool { contents.withLock { $0.stopping } }
    var runningCount: Int { contents.withLock { $0.running.count } }
    var held: [Int64] { contents.withLock { Array($0.running.keys) } }

    /// Whether jobs waited at the last beat: limits may hold them back, or a wake-up was lost.
    var jobsWait: Bool {
        get { contents.withLock { $0.jobsWait } }
        set { contents.withLock { $0.jobsWait = newValue } }
    }

    /// The queue answered what was sent at that time: an answer may come late, and says nothing of the time since.
    func registered(_ worker: Int64, sent time: ContinuousClock.Instant) {
        contents.withLock {
            $0.worker = worker
            $0.answeredAt = time
        }
    }

    func answered(sent time: ContinuousClock.Instant) { contents.withLock { $0.answeredAt = time } }

    /// For how long the queue has not answered.
    var silence: Duration { contents.withLock { $0.answeredAt.duration(to: .now) } }

    /// A job that this worker runs already was leased again: a crash of the server undid the lease of the first run, which
    /// counts no more.
    func began(_ run: JobRun) {
        contents.withLock { $0.running.updateValue(run, forKey: run.claim.id) }?.stop(.leaseLost)
    }

    func ended(_ run: JobRun) {
        contents.withLock { contents in
            if contents.running[run.claim.id] === run { contents.running[run.claim.id] = nil }
        }
    }

    func stopClaiming() { contents.withLock { $0.stopping = true } }

    func stop(_ jobs: [Int64], _ reason: JobOutcome.Stop) {
        for run in contents.withLock({ contents in jobs.compactMap { contents.running[$0] } }) { run.stop(reason) }
    }

    func stopAll(_ reason: JobOutcome.Stop) {
        for run in contents.withLock({ Array($0.running.values) }) { run.stop(reason) }
    }

    func stopOverdue() {
        let now = ContinuousClock.now
        for run in contents.withLock({ Array($0.running.values) }) where run.deadline < now {
            run.stop(.timedOut(run.timeout))
        }
    }

    /// The queue gave this worker up, or must be assumed to have: whatever runs is no longer its to run.
    func giveUp() {
        contents.withLock { $0.worker = nil }
        stopAll(.leaseLost)
    }
}
