extension QueueModel {
    /// What a job does when it is run.
    enum Kind { case plain, delayed, failing, poison, toppling }

    /// How a start ended, as its worker tells it.
    enum Outcome { case completed, failed, released }

    /// How far the transaction is that enqueues a job.
    enum Production { case none, inserted, checked, over }

    /// A job: its row, and what only the model knows of it.
    struct JobRow {
        var kind = Kind.plain
        var attempt = 0
        var crashes = 0
        var runAt = 0
        /// Since when it is ready.
        var readyAt = 0
        var production = Production.none
        /// Whether the producer saw that a worker sleeps.
        var sawSleeper = false
        /// Committed rows of handlers' transactions.
        var ledger = 0
        var wasEndedByHandler = false

        static let maxAttempts = 3
    }
}
