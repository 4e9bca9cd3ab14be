extension QueueModel.Database {
    mutating func register(_ call: QueueModel.Call) -> Int {
        lastWorker += 1
        // Steady since one is that was heard a moment ago.
        let steadySince =
            registrations.filter { now - $0.seenAt <= QueueModel.Rules.beatPatience }
            .map(\.steadySince).min() ?? now
        registrations.append(
            .init(id: lastWorker, process: call.process, life: call.life, seenAt: now, steadySince: steadySince))
        flush()
        return lastWorker
    }

    /// A sign of life, and all upkeep with it. False for a worker that was given up.
    mutating func beat(_ call: QueueModel.Call) -> Bool {
        let place = place(of: call.worker)
        guard place >= 0 else { return false }
        if now - registrations[place].seenAt > QueueModel.Rules.beatPatience { registrations[place].steadySince = now }
        registrations[place].seenAt = now
        let steadySince = registrations[place].steadySince
        if !rules.onlySteadyWorkersGiveUp || now - steadySince > QueueModel.Rules.silenceLimit { giveUpSilent() }
        if rules.straysAreReturned { returnStrays(call) }
        var rest = scheduled
        while let job = rest.popFirst() {
            if jobs[job].runAt > now { continue }
            scheduled[job] = false
            becomeReady(job)
            wake()
        }
        flush()
        return true
    }

    private mutating func giveUpSilent() {
        var place = registrations.count - 1
        while place >= 0 {
            if now - registrations[place].seenAt > QueueModel.Rules.silenceLimit {
                let silent = registrations.remove(at: place)
                // Left out, the second transaction looks for leases of silent workers, and theirs are no longer among them.
                if rules.givesUpAtOnce { giveUp(silent) }
            }
            place -= 1
        }
    }

    private mutating func giveUp(_ silent: QueueModel.Registration) {
        counts.add(.givenUp)
        if healthy[silent.process] { violate(.healthyGivenUp) }
        let isAlone = leases(of: silent.id).count == 1
        var place = leases.count - 1
        while place >= 0 {
            // Its backends are ended first, so that no transaction of its own holds the lock.
            if leases[place].worker == silent.id { crash(removeLease(at: place).job, by: silent.killer, isAlone) }
            place -= 1
        }
    }

    private mutating func crash(_ job: Int, by killer: Int, _ isAlone: Bool) {
        jobs[job].crashes += 1
        if jobs[job].crashes >= QueueModel.Rules.crashesOfSuspect { suspects[job] = true }
        let most =
            isAlone || !rules.buriesOnlyAlone ? QueueModel.Rules.mostCrashes : QueueModel.Rules.mostCrashesInCompany
        if jobs[job].crashes >= most {
            counts.add(.buried)
            dead[job] = true
            if killer >= 0, killer != job { violate(.innocentBuried) }
        } else {
            becomeReady(job)
            wake()
        }
    }

    /// Leased to this worker without its knowledge: the answer to a claim was lost on the way.
    private mutating func returnStrays(_ call: QueueModel.Call) {
        var place = leases.count - 1
        while place >= 0 {
            let lease = leases[place]
            let isOver = now - lease.claimedAt > QueueModel.Rules.strayAge
            if lease.worker == call.worker, isOver, !call.held[lease.job], lease.lockedBy == 0 {
                _ = removeLease(at: place)
                jobs[lease.job].attempt -= 1
                becomeReady(lease.job)
                wake()
                counts.add(.stray)
            }
            place -= 1
        }
    }
}
