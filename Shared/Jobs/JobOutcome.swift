import Postgres

/// What became of one start, to be told to the queue.
enum JobOutcome: Sendable, Equatable {
    case completed
    case failed(String, retryAfter: Duration?, dead: Bool)
    /// Not the job's fault: it was stopped with its worker, and is given back without counting the attempt.
    case released
    case cancelled
    /// There is nothing to tell: the handler's transaction completed it, or the lease was lost.
    case nothing

    enum Stop: Sendable, Equatable {
        case shutdown
        case cancelled
        case timedOut(Duration)
        case leaseLost
    }

    /// Decides from how the handler ended and why it was stopped, if it was.
    static func decide(error: (any Error)?, settled: Bool, stop: Stop?) -> JobOutcome {
        if settled { return .nothing }
        if stop == .leaseLost { return .nothing }
        guard let error else { return .completed }
        switch (error, stop) {
        case (JobFailure.leaseLost, _): return .nothing
        case (JobFailure.dead(let reason), _): return .failed(reason, retryAfter: nil, dead: true)
        case (JobFailure.retry(let after, let reason), nil): return .failed(reason, retryAfter: after, dead: false)
        case (_, .shutdown): return .released
        case (_, .cancelled): return .cancelled
        case (_, .timedOut(let limit)):
            return .failed("it took longer than \(limit)", retryAfter: nil, dead: false)
        default: return .failed(String("\(error)".prefix(2_000)), retryAfter: nil, dead: false)
        }
    }
}
