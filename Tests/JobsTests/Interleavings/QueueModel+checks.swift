extension QueueModel {
    /// What holds after every step, beside what the database's own steps look at.
    mutating func check() {
        let ready = database.ready.bits
        let scheduled = database.scheduled.bits
        let leased = database.leased.bits
        let done = database.done.bits
        let dead = database.dead.bits
        let several =
            (ready & scheduled) | ((ready | scheduled) & leased) | ((ready | scheduled | leased) & done)
            | ((ready | scheduled | leased | done) & dead)
        if several != 0 { database.violate(.inSeveralPlaces) }
        if (ready | scheduled | leased | done | dead) != database.committed.bits { database.violate(.lost) }
        if ended.bits & ~(done | dead) != 0 { database.violate(.leftItsEnd) }
        ended.bits = done | dead
        if database.leases.count != leased.nonzeroBitCount { database.violate(.twoLeases) }
    }

    /// Two workers run one job only where one was stopped and could not know, or a crash of the database undid a claim.
    mutating func checkRunsOnce(_ new: Start) {
        if new.isUndone { return }
        var place = starts.count - 1
        while place >= 0 {
            let other = starts[place]
            if other.job == new.job, other.serial != new.serial, other.phase == .running, !other.isUndone,
                !workers[other.process].isStopped
            {
                database.violate(.twoRun)
            }
            place -= 1
        }
    }

    /// While all is well no job waits for longer than a beat takes if a worker could take it.
    mutating func checkWakeUps() {
        var waiting = JobSet(bits: database.ready.bits & ~database.suspects.bits)
        while let job = waiting.popFirst() {
            let since = max(database.jobs[job].readyAt, max(wellSince, database.awayUntil))
            if database.now - since <= Rules.beatEvery + 1 { continue }
            var number = workers.count - 1
            while number >= 0 {
                let worker = workers[number]
                if worker.isAlive, worker.id != 0, worker.mind == .waits, !worker.drains, !worker.isSolo,
                    running(number) < room
                {
                    database.violate(.lostWakeUp)
                }
                number -= 1
            }
        }
    }

    /// What holds when all has come to its end.
    mutating func checkEnd() {
        if !isOver() { database.violate(.stuck) }
        var rest = database.committed
        while let job = rest.popFirst() {
            let row = database.jobs[job]
            if row.kind == .poison, !database.dead[job] || row.crashes < Rules.mostCrashes {
                database.violate(.poisonLives)
            }
            if row.ledger != (row.wasEndedByHandler ? 1 : 0) || (row.wasEndedByHandler && !database.done[job]) {
                database.violate(.ledgerWrong)
            }
        }
    }
}
