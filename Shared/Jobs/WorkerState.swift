import Synchronization

/// What a worker holds in memory: who it is to the queue, what it runs, and when the queue last answered.
final class WorkerState: Sendable {
    struct Running: Sendable {
        let token: Int64
        let deadline: ContinuousClock.Instant
        let timeout: Duration
        let stop: AsyncStream<JobOutcome.Stop>.Continuation
    }

    private struct Contents {
        var worker: Int64?
        var answeredAt = ContinuousClock.now
        var running: [Int64: Running] = [:]
        var stopping = false
    }

    private let contents = Mutex(Contents())

    /// The worker's id in `queue.worker`; nil until it is registered, and again after it was given up.
    var worker: Int64? { contents.withLock { $0.worker } }
    var isStopping: Bool { contents.withLock { $0.stopping } }
    var runningCount: Int { contents.withLock { $0.running.count } }

    var held: [Int64] { contents.withLock { Array($0.running.keys) } }

    func registered(_ worker: Int64) {
        contents.withLock {
            $0.worker = worker
            $0.answeredAt = .now
        }
    }

    func answered() { contents.withLock { $0.answeredAt = .now } }

    /// For how long the queue has not answered.
    var silence: Duration { contents.withLock { $0.answeredAt.duration(to: .now) } }

    func began(_ job: Int64, _ running: Running) { contents.withLock { $0.running[job] = running } }
    func ended(_ job: Int64) { contents.withLock { _ = $0.running.removeValue(forKey: job) } }

    func stopClaiming() { contents.withLock { $0.stopping = true } }

    func stop(_ jobs: [Int64], _ reason: JobOutcome.Stop) {
        for running in contents.withLock({ contents in jobs.compactMap { contents.running[$0] } }) {
            running.stop.yield(reason)
        }
    }

    func stopAll(_ reason: JobOutcome.Stop) {
        for running in contents.withLock({ Array($0.running.values) }) { running.stop.yield(reason) }
    }

    func stopOverdue() {
        let now = ContinuousClock.now
        for running in contents.withLock({ Array($0.running.values) }) where running.deadline < now {
            running.stop.yield(.timedOut(running.timeout))
        }
    }

    /// The queue gave this worker up, or must be assumed to have: whatever runs is no longer its to run.
    func giveUp() {
        contents.withLock { $0.worker = nil }
        stopAll(.leaseLost)
    }
}
