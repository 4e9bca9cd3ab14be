extension QueueModel {
    /// What a worker's process does next for new jobs.
    mutating func think(_ number: Int) {
        let worker = workers[number]
        if worker.isStopped { return }
        if !worker.isAlive {
            if wellSince < 0, chance.once(in: 3) { restart(number) }
            return
        }
        if database.rung[number] {
            database.rung[number] = false
            workers[number].isRung = true
            moves += 1
        }
        if worker.isClaiming || worker.isRegistering || !isConnected(number) { return }
        if worker.id == 0 {
            workers[number].isRegistering = true
            return send(newCall(.register, number))
        }
        if worker.isSolo {
            if holds(number) { return }
            workers[number].isSolo = false
        }
        if worker.drains {
            if !holds(number) { claim(number, 1, alone: true) }
            return
        }
        switch worker.mind {
        case .claims, .looksAgain:
            let free = room - running(number)
            if free > 0 { claim(number, free, alone: false) } else { workers[number].mind = .waits }
        case .dozes:
            workers[number].isClaiming = true
            send(newCall(.sleep, number))
        case .waits:
            if !workers[number].isRung { return }
            workers[number].isRung = false
            workers[number].mind = .claims
            moves += 1
        }
    }

    private mutating func claim(_ number: Int, _ most: Int, alone: Bool) {
        workers[number].isClaiming = true
        var call = newCall(.claim, number)
        call.most = most
        call.isAlone = alone
        send(call)
    }

    mutating func takeClaim(_ call: Call) {
        let number = call.process
        workers[number].isClaiming = false
        if call.isRefused { return drop(number) }
        if rules.lateClaimsAreDropped, database.now - call.sentAt >= Rules.ownSilenceLimit {
            workers[number].mind = .claims
            return
        }
        var call = call
        if rules.suspectsRunAlone, !call.isAlone, !call.suspects.isEmpty, !holds(number) {
            // Nothing runs beside: the first is kept, and runs when all else has been given back.
            call.keepsOne = true
            call.suspects = .init(bits: call.jobs.bits & ~call.suspects.first(1).bits)
        }
        var rest = call.jobs
        var offset = 0
        while let job = rest.popFirst() {
            begin(job, token: call.firstToken + offset, serial: call.firstSerial + offset, call)
            offset += 1
        }
        let got = !call.jobs.isEmpty
        if call.isAlone {
            workers[number].drains = false
            workers[number].isSolo = call.suspects.bits & call.jobs.bits != 0
            workers[number].mind = got ? .claims : .waits
            if workers[number].isSolo { database.counts.add(.aloneRun) }
            return
        }
        if call.keepsOne {
            workers[number].isSolo = true
            workers[number].mind = .claims
            database.counts.add(.aloneRun)
            return
        }
        if rules.suspectsRunAlone { workers[number].drains = !call.suspects.isEmpty }
        if got || workers[number].drains {
            workers[number].mind = .claims
        } else {
            workers[number].mind = workers[number].mind == .looksAgain ? .waits : .dozes
        }
    }

    mutating func restart(_ number: Int) {
        workers[number] = Worker(life: workers[number].life + 1)
        moves += 1
        if isTracing { note("worker \(number) begins anew, life \(workers[number].life)") }
    }
}
