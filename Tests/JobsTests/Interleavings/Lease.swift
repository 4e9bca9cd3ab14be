extension QueueModel {
    /// A job in the hands of a worker.
    struct Lease {
        let job: Int
        let token: Int
        /// Told from every other lease ever, whatever the tokens do; only the model knows it.
        let serial: Int
        /// The worker's id.
        let worker: Int
        /// Which of the worker's claims made it.
        let claimedAt: Int
        /// The serial of the start whose open transaction has completed the job and holds the row's lock; 0 if none.
        var lockedBy = 0
        /// Nobody is left to commit that transaction; the server has yet to notice.
        var isAbandoned = false
    }

    /// A worker as the database knows it.
    struct Registration {
        let id: Int
        /// The process behind it, and which life of it; only the model knows them.
        let process: Int
        let life: Int
        var seenAt: Int
        /// Since when it beats without a gap.
        var steadySince: Int
        /// The job that killed the process, as only the model knows; -1 for none.
        var killer = -1
    }
}
