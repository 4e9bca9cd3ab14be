extension QueueModel {
    mutating func deliver(_ place: Int) {
        let number = calls[place].process
        if workers[number].isStopped || workers[number].isOffline { return }
        let call = removeCall(place)
        moves += 1
        if isTracing { note("worker \(number) has the answer to \(described(call))") }
        switch call.request {
        case .register:
            workers[number].isRegistering = false
            workers[number].id = call.id
            workers[number].heardAt = 0
            workers[number].nextBeat = database.now + Rules.beatEvery
            hear(number, call)
        case .claim: takeClaim(call)
        case .sleep:
            workers[number].isClaiming = false
            workers[number].mind = rules.looksAgainBeforeSleep ? .looksAgain : .waits
        case .beat: takeBeat(call)
        case .write, .commit, .report: takeEnd(call)
        }
    }

    /// A connection breaks: the worker learns no answer. The question is lost, or may still be executed.
    mutating func cut(_ place: Int) { cut(place, losesQuestion: chance.once(in: 2)) }

    mutating func cut(_ place: Int, losesQuestion: Bool) {
        let wasAbandoned = calls[place].isAbandoned
        calls[place].isAbandoned = true
        let call = calls[place]
        if isTracing, !wasAbandoned { note("connection breaks under \(described(call)), \(call.state)") }
        if call.state == .answered || losesQuestion {
            database.counts.add(call.state == .answered ? .lostAnswer : .lostRequest)
            _ = removeCall(place)
        }
        if !wasAbandoned { fail(call) }
    }

    /// What a worker makes of a call that got no answer.
    private mutating func fail(_ call: Call) {
        if call.request == .write || call.request == .commit { database.abandon(call.serial, noticed: false) }
        if call.life != workers[call.process].life || !workers[call.process].isAlive { return }
        switch call.request {
        case .register: workers[call.process].isRegistering = false
        case .claim, .sleep:
            workers[call.process].isClaiming = false
            workers[call.process].mind = .claims
        case .beat: workers[call.process].isBeating = false
        case .write, .commit: endStart(call.serial, .failed)
        case .report: endStart(call.serial, call.outcome)
        }
    }

    private mutating func takeEnd(_ call: Call) {
        switch call.request {
        case .write where call.isAccepted:
            let place = start(call.serial)
            if place < 0 { return }
            starts[place].phase = .open
            if starts[place].isLost { dropStart(place) }
        case .commit where !call.isAccepted: endStart(call.serial, .failed)
        default:
            let place = start(call.serial)
            if place >= 0 { removeStart(place) }
            workers[call.process].isRung = true
        }
    }

    func described(_ call: Call) -> String {
        var text = "\(call.request)"
        switch call.request {
        case .claim:
            text += call.isAlone ? " alone" : " of \(call.most)"
            if call.state == .answered { text += call.isRefused ? ": refused" : ": jobs \(call.jobs)" }
        case .beat:
            text += " holding \(call.held)"
            if call.state == .answered { text += call.isRefused ? ": not alive" : call.isReady ? ": jobs wait" : "" }
        case .write, .commit, .report:
            text += " of job \(call.job), lease \(call.serial)"
            if call.request == .report { text += ", \(call.outcome)" }
            if call.state == .answered { text += call.isAccepted ? ": accepted" : ": refused" }
        case .register, .sleep: break
        }
        return "\(text) (as \(call.worker)\(call.isAbandoned ? ", abandoned" : ""))"
    }
}
