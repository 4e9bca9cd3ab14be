/// What a handler throws to steer what becomes of its job. Any other error is tried again with growing, jittered waits,
/// and is a dead letter after the last attempt.
package enum JobFailure: Error, Equatable, CustomStringConvertible {
    /// Try again; after the given time, or after the usual wait.
    case retry(after: Duration? = nil, String)
    /// Trying again is no use: a dead letter at once.
    case dead(String)
    /// The lease was lost: another worker has the job, and nothing of this run may count.
    case leaseLost

    package var description: String {
        switch self {
        case .retry(_, let reason), .dead(let reason): reason
        case .leaseLost: "the lease was lost"
        }
    }
}
