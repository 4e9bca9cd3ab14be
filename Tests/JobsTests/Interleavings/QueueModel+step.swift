extension QueueModel {
    /// How often what is done, drawn anew for each run: some are hasty, some slow, some full of faults.
    struct Paces {
        let time: Int
        let producers: Int
        let workers: Int
        let calls: Int
        let starts: Int
        let faults: Int
        /// Beats take no time while the network and the database are there.
        let beatsAreQuick: Bool

        init(_ chance: inout Chance, _ scenario: Scenario) {
            time = 1 + chance.below(4)
            producers = 1 + chance.below(2)
            workers = 1 + chance.below(2)
            calls = 1 + chance.below(3)
            starts = 1 + chance.below(2)
            faults = scenario.faults.isEmpty ? 0 : chance.below(3)
            beatsAreQuick = chance.once(in: 2)
        }
    }

    /// One step of whoever's turn it is by chance.
    mutating func step() {
        database.counts.add(.step)
        // What a crash undoes is not there for long.
        if database.unflushed > 0, scenario.hasCrashes, paces.faults > 0, chance.once(in: 8) {
            return crashDatabase(away: 0)
        }
        let ofCalls = paces.calls &* calls.count
        let ofStarts = paces.starts &* starts.count
        let ofWorkers = paces.workers &* workers.count
        let ofProducers = database.pending.isEmpty ? 0 : paces.producers
        var turn = chance.below(paces.time &+ ofProducers &+ ofWorkers &+ ofCalls &+ ofStarts &+ paces.faults)
        if turn < ofCalls { return advanceCall(chance.below(calls.count)) }
        turn -= ofCalls
        if turn < ofWorkers { return think(chance.below(workers.count)) }
        turn -= ofWorkers
        if turn < ofStarts { return advanceStart(chance.below(starts.count)) }
        turn -= ofStarts
        if turn < ofProducers { return produce() }
        turn -= ofProducers
        if turn < paces.faults { return fault() }
        passTime()
        if !chance.once(in: 6) { return }
        var more = chance.below(7)
        while more > 0 {
            passTime()
            more -= 1
        }
    }

    private mutating func produce() {
        if database.now < database.awayUntil { return }
        let job = chance.below(database.jobs.count)
        if database.jobs[job].production == .over { return }
        let rollsBack = chance.once(in: 8)
        let isCommitted = database.produce(job, rollsBack: rollsBack)
        if isTracing { note("job \(job): \(database.jobs[job].production)\(isCommitted ? ", committed" : "")") }
    }

    /// A unit of time. What a process does by the clock, it does in time, unless it is stopped.
    mutating func passTime() {
        var number = workers.count - 1
        while number >= 0 {
            if workers[number].isAlive, !workers[number].isStopped { keepTime(number) }
            number -= 1
        }
        var place = database.leases.count - 1
        while place >= 0 {
            if database.leases[place].isAbandoned, wellSince >= 0 || chance.once(in: 2) {
                database.abandon(database.leases[place].lockedBy, noticed: true)
            }
            place -= 1
        }
        database.now += 1
        if isTracing { note("-- time \(database.now)") }
    }
}
