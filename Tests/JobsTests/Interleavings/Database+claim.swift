extension QueueModel.Database {
    /// The jobs that a claim would take now.
    func pick(_ most: Int) -> QueueModel.JobSet {
        ready.first(most)
    }

    mutating func leases(of worker: Int) -> QueueModel.JobSet {
        var jobs = QueueModel.JobSet()
        var place = leases.count - 1
        while place >= 0 {
            if leases[place].worker == worker { jobs[leases[place].job] = true }
            place -= 1
        }
        return jobs
    }

    /// Leases jobs to a worker. Does not wait for the disk, unless `flushes`.
    mutating func lease(_ picked: QueueModel.JobSet, to call: QueueModel.Call, flushes: Bool) {
        var rest = picked
        while let job = rest.popFirst() {
            lastToken += 1
            lastSerial += 1
            if leased[job] { violate(.twoLeases) }
            ready[job] = false
            leased[job] = true
            jobs[job].attempt += 1
            if jobs[job].attempt > QueueModel.JobRow.maxAttempts + jobs[job].crashes { violate(.tooManyAttempts) }
            leases.append(
                .init(
                    job: job, token: lastToken, serial: lastSerial, worker: call.worker, claimedAt: now))
            unflushed += 1
            counts.add(.lease)
        }
        if flushes || now < durableUntil { flush() }
        if !picked.isEmpty { asleep[call.process] = false }
    }
}
