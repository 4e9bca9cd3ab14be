extension QueueModel {
    /// What a worker does by the clock: it beats, and when it was not heard for too long it stops its own jobs.
    mutating func keepTime(_ number: Int) {
        if workers[number].id == 0 { return }
        if workers[number].isBeating { losePatience(number) }
        if database.now >= workers[number].nextBeat, !workers[number].isBeating, isConnected(number) { beat(number) }
        if workers[number].id == 0 { return }
        if rules.stopsInSilence, isSilent(number) { stopOwn(number) }
    }

    mutating func isSilent(_ number: Int) -> Bool { database.now - workers[number].heardAt >= Rules.ownSilenceLimit }

    mutating func isConnected(_ number: Int) -> Bool {
        !workers[number].isOffline && database.now >= database.awayUntil
    }

    private mutating func beat(_ number: Int) {
        var call = newCall(.beat, number)
        var place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number { call.held[starts[place].job] = true }
            place -= 1
        }
        workers[number].isBeating = true
        workers[number].nextBeat = database.now + Rules.beatEvery
        if !paces.beatsAreQuick { return send(call) }
        execute(&call)
        takeBeat(call)
    }

    /// A beat that takes longer is no sign of life.
    private mutating func losePatience(_ number: Int) {
        var place = calls.count - 1
        while place >= 0 {
            if calls[place].request == .beat, calls[place].process == number, !calls[place].isAbandoned,
                database.now - calls[place].sentAt >= Rules.beatPatience
            {
                cut(place)
            }
            place -= 1
        }
    }

    /// Others may have its jobs before long.
    mutating func stopOwn(_ number: Int) {
        var place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number, starts[place].phase == .running || starts[place].phase == .held {
                starts[place].phase = .stopping
                starts[place].outcome = .released
                database.counts.add(.selfStop)
                if isTracing { note("worker \(number) was not heard: stops job \(starts[place].job)") }
            }
            place -= 1
        }
    }

    mutating func hear(_ number: Int, _ call: Call) {
        let heardAt = rules.silenceFromSending ? call.sentAt : database.now
        if heardAt > workers[number].heardAt { workers[number].heardAt = heardAt }
    }

    mutating func takeBeat(_ call: Call) {
        workers[call.process].isBeating = false
        if call.isRefused { return drop(call.process) }
        hear(call.process, call)
        if call.isReady { workers[call.process].isRung = true }
    }

    /// The queue gave this worker up: nothing that it runs is its to run, and it begins anew when all of that has stopped.
    mutating func drop(_ number: Int) {
        if isTracing { note("worker \(number) was given up") }
        database.counts.add(.zombie)
        workers[number].id = 0
        workers[number].drains = false
        workers[number].isSolo = false
        workers[number].mind = .claims
        var place = calls.count - 1
        while place >= 0 {
            switch calls[place].request {
            case .write, .commit: break
            case .register, .claim, .sleep, .beat, .report: if calls[place].process == number { cut(place) }
            }
            place -= 1
        }
        place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number { dropStart(place) }
            place -= 1
        }
    }
}
