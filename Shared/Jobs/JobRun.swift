import Postgres
import Synchronization

/// One start of a job in this process, from its claim to its report.
final class JobRun: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var stop: JobOutcome.Stop?
    }

    let claim: JobClaim
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    private let state = Mutex(State())

    init(_ claim: JobClaim, timeout: Duration) {
        self.claim = claim
        self.timeout = timeout
        deadline = .now + timeout
    }

    /// Why it was stopped, if it was.
    var stopped: JobOutcome.Stop? { state.withLock { $0.stop } }

    /// The task that it runs in, which `stop` cancels.
    func began(_ task: Task<Void, Never>) {
        let isStopped = state.withLock { state in
            state.task = task
            return state.stop != nil
        }
        if isStopped { task.cancel() }
    }

    /// Cancels it; the first reason counts, but for a lost lease, after which nothing of it may.
    func stop(_ reason: JobOutcome.Stop) {
        state.withLock { state in
            if state.stop == nil || reason == .leaseLost { state.stop = reason }
            return state.task
        }?.cancel()
    }
}

/// One row of `queue.claim`.
struct JobClaim: Sendable {
    /// A job that took this many workers with it runs alone from then on, so that it can't take others with it.
    static let crashesOfSuspect: Int32 = 2

    let id: Int64
    let token: Int64
    let kind: String
    let payload: JSONText
    let attempt: Int32
    let cause: Int64?
    let crashes: Int32

    var isSuspect: Bool { crashes >= Self.crashesOfSuspect }
}
