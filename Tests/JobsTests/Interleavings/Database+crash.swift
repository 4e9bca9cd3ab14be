extension QueueModel.Database {
    /// Ends all sessions and their transactions, undoes what was not on the disk, and is back at once or after a while.
    /// Answers the serials that it undid: all from this one on.
    mutating func crash(away: Int) -> Int {
        var firstUndone = Int.max
        if rules.tokensGoBack { lastToken -= unflushed }
        while unflushed > 0 {
            unflushed -= 1
            let lease = leases.removeLast()
            firstUndone = lease.serial
            leased[lease.job] = false
            jobs[lease.job].attempt -= 1
            becomeReady(lease.job)
            counts.add(.undoneLease)
        }
        var place = leases.count - 1
        while place >= 0 {
            leases[place].lockedBy = 0
            place -= 1
        }
        var job = jobs.count - 1
        while job >= 0 {
            if jobs[job].production == .inserted || jobs[job].production == .checked {
                jobs[job].production = .over
                pending[job] = false
            }
            job -= 1
        }
        asleep = .init()
        rung = .init()
        awayUntil = now + away
        if rules.claimsAreDurableAfterCrash { durableUntil = awayUntil + QueueModel.Rules.durableAfterCrash }
        counts.add(.databaseCrash)
        return firstUndone
    }
}
