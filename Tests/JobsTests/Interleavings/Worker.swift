extension QueueModel {
    /// A worker's process and what it knows.
    struct Worker {
        enum Mind {
            case claims
            /// It found nothing, and says that it sleeps.
            case dozes
            /// It looks once more before it waits.
            case looksAgain
            case waits
        }

        var isAlive = true
        /// Counts the processes that took this place one after the other.
        var life = 1
        var isStopped = false
        var isOffline = false
        /// What the database calls it; 0 while it is not registered.
        var id = 0
        var mind = Mind.claims
        var isRung = false
        /// It waits until it runs nothing, to claim one job alone.
        var drains = false
        /// It runs one job alone.
        var isSolo = false
        var isRegistering = false
        var isClaiming = false
        var isBeating = false
        var nextBeat = 0
        /// When the queue was last heard of.
        var heardAt = 0
    }
}
