extension QueueModel {
    mutating func newCall(_ request: Request, _ number: Int) -> Call {
        Call(
            request: request, process: number, life: workers[number].life, worker: workers[number].id,
            sentAt: database.now)
    }

    mutating func send(_ call: Call) {
        calls.append(call)
        moves += 1
        if isTracing { note("worker \(call.process) sends \(described(call))") }
    }

    /// The database executes a call, or its worker takes the answer.
    mutating func advanceCall(_ place: Int) {
        if wellSince < 0, calls[place].slowUntil > database.now { return }
        if calls[place].state == .answered { return deliver(place) }
        if database.now < database.awayUntil { return }
        var call = calls[place]
        execute(&call)
        if call.state == .sent { return }
        moves += 1
        if isTracing { note("database \(call.state == .looked ? "looks for" : "executes") \(described(call))") }
        calls[place] = call
        guard call.isAbandoned, call.state == .answered else { return }
        database.counts.add(.lateRequest)
        _ = removeCall(place)
    }

    mutating func execute(_ call: inout Call) {
        switch call.request {
        case .register: call.id = database.register(call)
        case .claim: return executeClaim(&call)
        case .sleep:
            // The flag is the session's and goes with it.
            if database.isRegistered(call.worker), !call.isAbandoned { database.asleep[call.process] = true }
        case .beat:
            call.isRefused = !database.beat(call)
            call.isReady = rules.beatTellsOfReady && !database.ready.isEmpty
        case .write:
            if database.isLocked(call.job) { return }
            call.isAccepted = database.write(call.job, token: call.token, serial: call.serial)
            if call.isAbandoned { database.abandon(call.serial, noticed: false) }
        case .commit: call.isAccepted = database.commit(call.job, token: call.token, serial: call.serial)
        case .report:
            if database.isLocked(call.job) { return }
            call.isAccepted = database.end(call.job, token: call.token, serial: call.serial, call.outcome)
        }
        call.state = .answered
    }

    private mutating func executeClaim(_ call: inout Call) {
        let looksFirst = !rules.claimLocksJobs || !rules.claimLocksWorker
        if call.state == .sent || rules.claimLocksWorker, !database.isRegistered(call.worker) {
            call.isRefused = true
            call.state = .answered
            return
        }
        if call.state == .sent || rules.claimLocksJobs {
            call.jobs = database.pick(call.most)
        }
        if call.state == .sent, looksFirst {
            call.state = .looked
            return
        }
        call.firstToken = database.lastToken + 1
        call.firstSerial = database.lastSerial + 1
        database.lease(call.jobs, to: call, flushes: !scenario.flushesLate && chance.once(in: 3))
        call.suspects = .init(bits: call.jobs.bits & database.suspects.bits)
        call.state = .answered
    }

    mutating func removeCall(_ place: Int) -> Call {
        let call = calls[place]
        let last = calls.removeLast()
        if place < calls.count { calls[place] = last }
        return call
    }
}
