import Postgres

/// When to claim, and how many.
extension JobWorker {
    /// How long a claim is put off for more room, while the line is long: a claim of many costs little more than one of few.
    private static let roomPatience: Duration = .milliseconds(2)

    /// Looks that a worker takes that has just had work, before it goes to sleep: work comes in crowds, and NOTIFY makes
    /// commits wait for each other.
    private static let awakeLooks: [Duration] = [.milliseconds(1), .milliseconds(4)]

    /// How long the next claim is put off after one that found something but less than there was room for: at thousands of
    /// jobs a second, of which each claim would find one or two, both sides did little else than claim and complete.
    private static let gathering: Duration = .milliseconds(5)

    /// Looks of a worker that has gone to sleep. Who enqueued before that and commits after it rang no bell; most
    /// transactions have ended by then. The beat finds the rest.
    private static let sleepingLooks: [Duration] = [.milliseconds(50), .milliseconds(250)]

    /// Claims until told to stop.
    func claimLoop() async {
        var looks = Looks()
        var isLineLong = false
        var wantsSolo = false
        while !state.isStopping, !Task.isCancelled {
            guard let worker = await registration() else { continue }
            if isLineLong { await awaitRoom() }
            let running = state.runningCount
            // What is to run alone waits until nothing runs, and until it has really been given back.
            let isQuiet = running == 0 && reports.isEmpty
            let room = wantsSolo ? (isQuiet ? 1 : 0) : concurrency - running
            guard room > 0 else {
                await wakeUps.wait(atMost: wantsSolo ? .milliseconds(5) : .seconds(1))
                continue
            }
            var claimed = await claim(worker, room)
            isLineLong = claimed.count == room && room > 1
            if claimed.isEmpty {
                wantsSolo = false
                await rest(worker, &looks)
                continue
            }
            looks = Looks()
            if let suspect = claimed.first(where: \.isSuspect), isQuiet {
                wantsSolo = false
                await runAlone(suspect, of: claimed)
                continue
            }
            let suspects = claimed.filter(\.isSuspect)
            wantsSolo = !suspects.isEmpty
            giveBack(suspects)
            claimed.removeAll(where: \.isSuspect)
            for claim in claimed { start(claim) }
            if !isLineLong { try? await Task.sleep(for: Self.gathering) }
        }
    }

    /// One that took its worker with it twice runs with nobody beside it, so that a third time it alone is to blame: a worker
    /// that runs nothing keeps one and gives back first what came with it; another one gives it back, runs dry, and then
    /// claims one. Keeping one matters: two that give back all would pass it to and fro for ever.
    private func runAlone(_ suspect: JobClaim, of claimed: [JobClaim]) async {
        giveBack(claimed.filter { $0.id != suspect.id })
        while !reports.isEmpty, !state.isStopping, !Task.isCancelled { await wakeUps.wait(atMost: .milliseconds(5)) }
        guard !state.isStopping, state.worker != nil else { return giveBack([suspect]) }
        start(suspect)
        while state.runningCount > 0, !state.isStopping, !Task.isCancelled { await wakeUps.wait(atMost: .seconds(1)) }
    }

    private func giveBack(_ claims: [JobClaim]) {
        guard !claims.isEmpty else { return }
        reports.add(claims.map { .init(job: $0.id, token: $0.token, outcome: .released) })
    }

    private func awaitRoom() async {
        let enough = concurrency / 2
        let deadline = ContinuousClock.now + Self.roomPatience
        while state.runningCount > enough, ContinuousClock.now < deadline, !state.isStopping {
            await wakeUps.wait(atMost: ContinuousClock.now.duration(to: deadline))
        }
    }

    /// Where a worker is on its way from work to sleep.
    private struct Looks {
        var awake = JobWorker.awakeLooks[...]
        var sleeping = JobWorker.sleepingLooks[...]
        var isAsleep = false
    }

    private func rest(_ worker: Int64, _ looks: inout Looks) async {
        if let pause = looks.awake.popFirst() { return await wakeUps.wait(atMost: pause) }
        if listener != nil, !looks.isAsleep {
            // Says so and looks once more at once, for a job may have come in between.
            looks.isAsleep = await sleep(worker)
            return
        }
        if let pause = looks.sleeping.popFirst() { return await wakeUps.wait(atMost: pause) }
        // Limits that hold jobs back ring no bell either. Where none waits, the beat rings for one that it sees.
        await wakeUps.wait(atMost: state.jobsWait ? .milliseconds(250) : .seconds(60))
    }
}
