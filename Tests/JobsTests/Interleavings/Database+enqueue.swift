extension QueueModel.Database {
    /// Enqueues as its producer's transaction goes on: insert, look for sleepers, commit. True at the commit.
    mutating func produce(_ job: Int, rollsBack: Bool) -> Bool {
        switch jobs[job].production {
        case .none: jobs[job].production = .inserted
        case .inserted:
            jobs[job].sawSleeper = !asleep.isEmpty
            jobs[job].production = .checked
        case .checked:
            jobs[job].production = .over
            pending[job] = false
            if !rollsBack { return commit(job) }
            counts.add(.rollback)
        case .over: break
        }
        return false
    }

    private mutating func commit(_ job: Int) -> Bool {
        committed[job] = true
        if jobs[job].kind == .delayed {
            scheduled[job] = true
            jobs[job].runAt = now + 2
        } else {
            becomeReady(job)
            // The look was before the commit: who went to sleep in between hears nothing, and the beat has to tell it.
            if jobs[job].sawSleeper { wake() } else if !asleep.isEmpty { counts.add(.missedSleeper) }
        }
        flush()
        return true
    }
}
