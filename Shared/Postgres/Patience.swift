/// How long one statement is waited for, and what follows when that is over: first the server is asked to cancel it,
/// then, without an answer in the grace time, the connection counts as lost.
struct Patience {
    enum Reason { case cancelled, timedOut }

    let flag: CancelFlag?
    let limit: Duration
    let grace: Duration
    private(set) var deadline: ContinuousClock.Instant?
    private(set) var reason: Reason?

    /// A limit of zero: as long as it takes.
    init(limit: Duration, grace: Duration, flag: CancelFlag? = nil) {
        self.flag = flag
        self.limit = limit
        self.grace = grace
        restart()
    }

    /// The limit counts anew: for scripts, where it holds for each statement.
    mutating func restart() {
        guard reason == nil else { return }
        deadline = limit > .zero ? .now + limit : nil
    }

    enum Verdict: Equatable { case wait, cancel, giveUp }

    /// What to do now.
    mutating func verdict(at now: ContinuousClock.Instant) -> Verdict {
        let isOver = deadline.map { now >= $0 } ?? false
        if reason != nil { return isOver ? .giveUp : .wait }
        let isCancelled = flag?.isSet ?? false
        guard isCancelled || isOver else { return .wait }
        reason = isCancelled ? .cancelled : .timedOut
        deadline = now + grace
        return .cancel
    }

    /// Milliseconds for `poll`; -1: no deadline.
    func remaining(at now: ContinuousClock.Instant) -> Int32 {
        guard let deadline else { return -1 }
        return Int32(clamping: max(0, now.duration(to: deadline).milliseconds))
    }
}
