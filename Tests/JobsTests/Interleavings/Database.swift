extension QueueModel {
    /// The tables of the queue. Each mutating function is one transaction, or what the server does by itself.
    struct Database {
        let rules: Rules
        var now = 0
        /// It is away until then.
        var awayUntil = 0
        var durableUntil = 0

        var jobs: [JobRow]
        /// Jobs whose producers' transactions are not over, or have not begun.
        var pending = JobSet()
        var committed = JobSet()
        var ready = JobSet()
        var scheduled = JobSet()
        var leased = JobSet()
        var done = JobSet()
        var dead = JobSet()
        /// Jobs that were in as many crashes as make them suspects.
        var suspects = JobSet()
        var leases: [Lease] = []
        /// How many leases at the end of the list are not on the disk yet.
        var unflushed = 0
        var registrations: [Registration] = []
        var lastWorker = 0
        var lastToken = 0
        var lastSerial = 0

        /// Processes whose sessions hold the flag that they sleep, and those that a notification is on its way to.
        var asleep = JobSet()
        var rung = JobSet()

        /// Processes that nothing is wrong with; only the model knows them.
        var healthy = JobSet()
        var counts = Counts()
        var violation: Violation?

        init(rules: Rules, jobs: [JobRow]) {
            self.rules = rules
            self.jobs = jobs
            pending.bits = (1 &<< jobs.count) - 1
            leases.reserveCapacity(8)
            registrations.reserveCapacity(8)
        }

        /// Keeps the first one.
        mutating func violate(_ new: Violation) { if violation == nil { violation = new } }

        /// A commit that waits for the disk takes all earlier ones along.
        mutating func flush() { unflushed = 0 }

        mutating func wake() {
            rung.bits |= asleep.bits
            if asleep.bits != 0 { counts.add(.notification) }
        }

        mutating func isRegistered(_ worker: Int) -> Bool { place(of: worker) >= 0 }

        /// The row of a worker; -1 for none.
        mutating func place(of worker: Int) -> Int {
            var place = registrations.count - 1
            while place >= 0, registrations[place].id != worker { place -= 1 }
            return place
        }

        mutating func becomeReady(_ job: Int) {
            ready[job] = true
            jobs[job].readyAt = now
        }

        mutating func removeLease(at place: Int) -> Lease {
            let lease = leases[place]
            leased[lease.job] = false
            let last = leases.removeLast()
            if place < leases.count { leases[place] = last }
            return lease
        }

        /// Whether an open transaction holds the lock of the job's lease.
        mutating func isLocked(_ job: Int) -> Bool {
            var place = leases.count - 1
            while place >= 0 {
                if leases[place].job == job, leases[place].lockedBy != 0 { return true }
                place -= 1
            }
            return false
        }
    }
}
