extension QueueModel {
    mutating func begin(_ job: Int, token: Int, serial: Int, _ call: Call) {
        var start = Start(process: call.process, job: job, token: token, serial: serial, isUndone: call.isUndone)
        let isSetApart = rules.suspectsRunAlone && !call.isAlone && call.suspects[job]
        if isSilent(call.process) || isSetApart {
            start.phase = .ended
            start.outcome = .released
        } else {
            if call.keepsOne { start.phase = .held } else { checkRunsOnce(start) }
        }
        starts.append(start)
    }

    /// A start goes on: it runs to its end, or tells of it.
    mutating func advanceStart(_ place: Int) {
        let start = starts[place]
        if workers[start.process].isStopped { return }
        switch start.phase {
        case .held:
            if held(start.process) > 1 { return }
            moves += 1
            starts[place].phase = .running
            checkRunsOnce(starts[place])
        case .running: finish(place)
        case .stopping:
            moves += 1
            if database.jobs[start.job].kind == .poison, chance.once(in: 2) {
                return kill(start.process, by: start.job)
            }
            if start.isLost { removeStart(place) } else { starts[place].phase = .ended }
        case .writing, .committing, .telling: break
        case .open:
            if !isConnected(start.process) { return }
            if wellSince < 0, chance.once(in: 8) {
                database.abandon(start.serial, noticed: true)
                return endStart(start.serial, .failed)
            }
            tell(place, .commit, .committing)
        case .ended: if isConnected(start.process) { tell(place, .report, .telling) }
        }
    }

    private mutating func finish(_ place: Int) {
        let start = starts[place]
        moves += 1
        switch database.jobs[start.job].kind {
        case .poison: kill(start.process, by: start.job)
        case .toppling:
            crashDatabase(away: 0)
            endStart(start.serial, .failed)
        case .failing: endStart(start.serial, .failed)
        case .plain, .delayed:
            switch chance.below(wellSince < 0 ? 10 : 8) {
            case 0...3: endStart(start.serial, .completed)
            case 4...7: if isConnected(start.process) { tell(place, .write, .writing) }
            case 8: endStart(start.serial, .failed)
            default: endStart(start.serial, .released)
            }
        }
    }

    private mutating func tell(_ place: Int, _ request: Request, _ phase: Start.Phase) {
        starts[place].phase = phase
        var call = newCall(request, starts[place].process)
        call.job = starts[place].job
        call.token = starts[place].token
        call.serial = starts[place].serial
        call.outcome = starts[place].outcome
        send(call)
    }

    /// The handler has returned; what is to be told is known.
    mutating func endStart(_ serial: Int, _ outcome: Outcome) {
        let place = start(serial)
        if place < 0 { return }
        starts[place].phase = .ended
        starts[place].outcome = outcome
        workers[starts[place].process].isRung = true
        if isTracing { note("worker \(starts[place].process): job \(starts[place].job) \(outcome), lease \(serial)") }
        if starts[place].isLost { removeStart(place) }
    }

    /// Its worker was given up.
    mutating func dropStart(_ place: Int) {
        starts[place].isLost = true
        switch starts[place].phase {
        case .running, .held: starts[place].phase = .stopping
        case .stopping, .writing, .committing: break
        case .open:
            database.abandon(starts[place].serial, noticed: true)
            removeStart(place)
        case .ended, .telling: removeStart(place)
        }
    }
}
