extension QueueModel {
    enum Fault {
        /// A connection breaks under one call, or under all of a worker.
        case cutCall, cutWorker
        /// A question or an answer hangs somewhere for long.
        case slowCall
        /// A process is killed; stopped, or goes on if it was; loses the network, or has it back.
        case kill, stop, offline
        case databaseCrash
    }

    /// What may go wrong in a run, and with which jobs.
    struct Scenario {
        let name: String
        var faults: [Fault] = []
        var kinds: [Kind] = [.plain]
        /// What the first job is.
        var first = Kind.plain
        /// The database goes away twice after all else is well again.
        var hasOutages = false
        /// Claims come to the disk only with the next commit that waits for it.
        var flushesLate = false
        /// Crashes choose times when they undo something.
        var hasCrashes = false

        static let all = [
            Scenario(name: "no faults", kinds: [.plain, .plain, .delayed]),
            Scenario(
                name: "lost and late messages", faults: [.cutCall, .cutCall, .slowCall, .cutWorker],
                kinds: [.plain, .plain, .delayed, .failing]),
            Scenario(name: "dead and stopped workers", faults: [.kill, .stop, .stop, .offline, .cutCall]),
            Scenario(
                name: "crashes of the database", faults: [.databaseCrash, .cutCall, .stop, .stop],
                kinds: [.plain, .plain, .failing], hasCrashes: true),
            Scenario(name: "poison", faults: [.cutCall, .slowCall], kinds: [.plain, .plain, .poison], first: .poison),
            Scenario(
                name: "everything", faults: [.cutCall, .cutWorker, .slowCall, .kill, .stop, .offline, .databaseCrash],
                kinds: [.plain, .plain, .plain, .delayed, .failing, .poison], hasCrashes: true),
            Scenario(name: "the database away", hasOutages: true),
            Scenario(name: "a job that fells the database", first: .toppling, flushesLate: true),
        ]
    }
}
