extension QueueModel {
    /// One start of a job in its worker's memory, until the queue has heard of its end.
    struct Start {
        enum Phase {
            case running
            /// It runs when its worker holds nothing else.
            case held
            /// It was told to stop and has yet to obey.
            case stopping
            /// Its transaction asks to complete the job, is open with that done, or commits.
            case writing, open, committing
            /// Its end is to be told, or is being told.
            case ended, telling
        }

        let process: Int
        let job: Int
        let token: Int
        let serial: Int
        var phase = Phase.running
        var outcome = Outcome.completed
        /// Its worker was given up: nothing of it may count.
        var isLost = false
        /// A crash of the database undid the claim; only the model knows.
        var isUndone = false
    }
}
