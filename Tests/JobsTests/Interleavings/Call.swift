extension QueueModel {
    /// What a worker asks of the database.
    enum Request { case register, claim, sleep, beat, write, commit, report }

    /// A question on its way to the database, or its answer on the way back.
    struct Call {
        enum State { case sent, looked, answered }

        let request: Request
        let process: Int
        let life: Int
        let worker: Int
        let sentAt: Int
        var state = State.sent
        /// Nobody waits for the answer any more. The database may execute it all the same.
        var isAbandoned = false
        /// It hangs somewhere until then.
        var slowUntil = 0

        // Claims.
        var most = 0
        var isAlone = false
        // Beats.
        var held = JobSet()
        // Ends of starts.
        var job = 0
        var token = 0
        var serial = 0
        var outcome = Outcome.completed
        // Answers.
        var isRefused = false
        var id = 0
        var jobs = JobSet()
        var suspects = JobSet()
        var firstToken = 0
        var firstSerial = 0
        var isReady = false
        /// Of a claim: one of its jobs is kept to run alone, the others are given back.
        var keepsOne = false
        var isAccepted = false
        /// A crash of the database undid the claim; only the model knows.
        var isUndone = false
    }
}
