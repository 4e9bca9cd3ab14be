extension QueueModel.Database {
    /// The lease that a start may end by what it knows; -1 for none.
    private mutating func place(of job: Int, _ token: Int) -> Int {
        var place = leases.count - 1
        while place >= 0 {
            if leases[place].job == job, leases[place].token == token || !rules.tokenIsChecked { return place }
            place -= 1
        }
        return -1
    }

    /// Ends a start. False where its lease is another's by now.
    mutating func end(_ job: Int, token: Int, serial: Int, _ outcome: QueueModel.Outcome) -> Bool {
        let place = place(of: job, token)
        guard place >= 0 else {
            counts.add(.staleEnd)
            return false
        }
        if leases[place].serial != serial { violate(.oldToken) }
        _ = removeLease(at: place)
        switch outcome {
        case .completed: done[job] = true
        case .failed:
            if jobs[job].attempt >= QueueModel.JobRow.maxAttempts {
                dead[job] = true
            } else {
                scheduled[job] = true
                jobs[job].runAt = now + jobs[job].attempt
            }
        case .released:
            jobs[job].attempt -= 1
            becomeReady(job)
            wake()
        }
        flush()
        counts.add(.end)
        return true
    }

    /// A handler's transaction has written its ledger row and completes the job, which locks the lease. Nobody sees either
    /// before the commit.
    mutating func write(_ job: Int, token: Int, serial: Int) -> Bool {
        let place = place(of: job, token)
        guard place >= 0 else {
            counts.add(.staleEnd)
            return false
        }
        leases[place].lockedBy = serial
        return true
    }

    /// Commits that transaction. False where it is gone.
    mutating func commit(_ job: Int, token: Int, serial: Int) -> Bool {
        let place = place(lockedBy: serial)
        guard place >= 0 else { return false }
        jobs[job].ledger += 1
        jobs[job].wasEndedByHandler = true
        if jobs[job].ledger > 1 { violate(.ledgerTwice) }
        return end(job, token: token, serial: serial, .completed)
    }

    /// Rolls that transaction back, or leaves it to the server to find that nobody will commit it.
    mutating func abandon(_ serial: Int, noticed: Bool) {
        let place = place(lockedBy: serial)
        guard place >= 0 else { return }
        leases[place].isAbandoned = !noticed
        if noticed { leases[place].lockedBy = 0 }
    }

    private mutating func place(lockedBy serial: Int) -> Int {
        var place = leases.count - 1
        while place >= 0, leases[place].lockedBy != serial { place -= 1 }
        return place
    }
}
