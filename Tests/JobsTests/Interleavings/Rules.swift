extension QueueModel {
    /// What the protocol demands. Each rule can be left out, to see that the model notices.
    struct Rules {
        /// The end of a start is accepted by job and token, not by job alone.
        var tokenIsChecked = true
        /// Tokens come from a counter that a crash of the database sets back together with the claims it undoes.
        var tokensGoBack = false
        /// Who says that it sleeps claims once more before it waits.
        var looksAgainBeforeSleep = true
        /// The answer to a beat tells whether jobs wait.
        var beatTellsOfReady = true
        /// Giving a worker up moves its leases and removes its row in one transaction.
        var givesUpAtOnce = true
        /// A claim locks the jobs it takes.
        var claimLocksJobs = true
        /// A claim locks its worker's row, so that nobody gives the worker up between the look at it and the leases.
        var claimLocksWorker = true
        /// What was in two crashes runs alone: a worker that runs nothing keeps one of its claim and gives back all else
        /// first; another one gives it back, claims nothing until it runs nothing, and then claims one.
        var suspectsRunAlone = true
        /// A job that was in three crashes is dead if its worker had no other lease in the last.
        var buriesOnlyAlone = true
        /// The answer to a claim that came later than a worker may be silent is not believed: its leases may be given back.
        var lateClaimsAreDropped = true
        /// Leases that a worker does not know of are given back by its beat.
        var straysAreReturned = true
        /// A worker that the queue has not answered for long stops its own jobs.
        var stopsInSilence = true
        /// A worker's silence is counted from when it sent the last beat that was answered, not from the answer.
        var silenceFromSending = true
        /// Who did not beat steadily itself for as long as the limit of silence gives nobody up: the database was away.
        var onlySteadyWorkersGiveUp = true
        /// For a while after a crash of the database claims are durable at once, so that attempts are counted.
        var claimsAreDurableAfterCrash = true
    }
}

extension QueueModel.Rules {
    static let beatEvery = 2
    static let silenceLimit = 6
    static let ownSilenceLimit = 5
    static let beatPatience = 3
    static let strayAge = 20
    static let mostCrashes = 3
    static let mostCrashesInCompany = 10
    static let crashesOfSuspect = 2
    static let durableAfterCrash = 60
}
