extension QueueModel {
    static let patience = 400

    /// All is well from now on: messages arrive, processes run, who dies is replaced. Then every job must come to its end.
    mutating func recover() {
        if isTracing { note("== all is well") }
        wellSince = database.now
        for number in 0..<workers.count {
            if workers[number].isStopped { stop(number, false) }
            workers[number].isOffline = false
        }
        for job in 0..<database.jobs.count where database.jobs[job].production != .none {
            while database.jobs[job].production != .over { _ = database.produce(job, rollsBack: false) }
        }
        var time = 0
        while database.violation == nil, time < Self.patience, !isOver() || (scenario.hasOutages && time < 40) {
            if scenario.hasOutages { outage(time) }
            reviveOne()
            settle()
            if database.violation == nil { checkWakeUps() }
            passTime()
            time += 1
        }
        if database.violation == nil { checkEnd() }
    }

    mutating func isOver() -> Bool { (database.done.bits | database.dead.bits) == database.committed.bits }

    private mutating func reviveOne() {
        var number = workers.count - 1
        while number >= 0 {
            if workers[number].isAlive { return }
            number -= 1
        }
        restart(0)
    }

    /// Does what can be done before time goes on.
    private mutating func settle() {
        var rounds = 0
        var before = -1
        while moves != before, rounds < 50, database.violation == nil {
            before = moves
            rounds += 1
            var place = calls.count - 1
            while place >= 0 {
                if place < calls.count { advanceCall(place) }
                if moves != before { check() }
                place -= 1
            }
            place = starts.count - 1
            while place >= 0 {
                if place < starts.count { advanceStart(place) }
                if moves != before { check() }
                place -= 1
            }
            place = workers.count - 1
            while place >= 0 {
                think(place)
                place -= 1
            }
        }
    }

    /// By then all workers that were silent before are gone, and none of the others may go.
    private mutating func outage(_ time: Int) {
        if time == 16 {
            for number in 0..<workers.count { database.healthy[number] = workers[number].isAlive }
        }
        if time == 16 || time == 28 { crashDatabase(away: 8) }
    }
}
