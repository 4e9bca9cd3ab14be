extension QueueModel {
    /// One of the scenario's faults, or the end of one.
    mutating func fault() {
        let number = chance.below(workers.count)
        switch scenario.faults[chance.below(scenario.faults.count)] {
        case .cutCall: if !calls.isEmpty { cut(chance.below(calls.count)) }
        case .slowCall:
            if !calls.isEmpty { calls[chance.below(calls.count)].slowUntil = database.now + 3 + chance.below(12) }
        case .cutWorker: cutWorker(number)
        case .kill: if workers[number].isAlive { kill(number, by: -1) }
        case .stop: if workers[number].isAlive { stop(number, !workers[number].isStopped) }
        case .offline:
            workers[number].isOffline.toggle()
            if isTracing { note("worker \(number) is \(workers[number].isOffline ? "offline" : "online")") }
            if workers[number].isOffline { cutWorker(number) }
        case .databaseCrash: crashDatabase(away: chance.once(in: 4) ? 1 + chance.below(9) : 0)
        }
    }

    mutating func stop(_ number: Int, _ isStopped: Bool) {
        workers[number].isStopped = isStopped
        if isTracing { note("worker \(number) \(isStopped ? "stops" : "goes on")") }
        if !isStopped, rules.stopsInSilence, workers[number].id != 0, isSilent(number) { stopOwn(number) }
    }

    private mutating func cutWorker(_ number: Int) {
        var place = calls.count - 1
        while place >= 0 {
            if calls[place].process == number { cut(place) }
            place -= 1
        }
        database.asleep[number] = false
        database.rung[number] = false
    }

    mutating func kill(_ number: Int, by job: Int) {
        if isTracing { note("worker \(number) is killed\(job < 0 ? "" : " by job \(job)")") }
        database.counts.add(.kill)
        workers[number].isAlive = false
        workers[number].isStopped = false
        database.healthy[number] = false
        cutWorker(number)
        var place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number {
                database.abandon(starts[place].serial, noticed: false)
                removeStart(place)
            }
            place -= 1
        }
        place = database.registrations.count - 1
        while place >= 0 {
            if database.registrations[place].process == number,
                database.registrations[place].life == workers[number].life
            {
                database.registrations[place].killer = job
            }
            place -= 1
        }
    }

    mutating func crashDatabase(away: Int) {
        if isTracing { note("database crashes, and is back after \(away)") }
        let firstUndone = database.crash(away: away)
        var place = calls.count - 1
        while place >= 0 {
            if calls[place].firstSerial >= firstUndone { calls[place].isUndone = true }
            // An answer may have left before the crash.
            if calls[place].state != .answered || chance.once(in: 2) { cut(place, losesQuestion: true) }
            place -= 1
        }
        place = starts.count - 1
        while place >= 0 {
            if starts[place].serial >= firstUndone { starts[place].isUndone = true }
            place -= 1
        }
    }
}
