import Testing

/// The queue's protocol over very many orders of steps and faults. A failure names its seed:
/// `QueueModel.replay(seed:)` prints what happened.
@Suite(.serialized) struct InterleavingTests {
    /// Runs the seeds of a scenario, and lets other tests have the thread now and then.
    private func counts(_ scenario: Int, _ runs: Int) async -> QueueModel.Counts {
        var counts = QueueModel.Counts()
        for run in 0..<runs {
            if run % 5 == 0 { await Task.yield() }
            let model = QueueModel.run(seed: run * QueueModel.Scenario.all.count + scenario)
            counts.add(model.database.counts)
            if let violation = model.violation {
                Issue.record("seed \(model.seed), \(model.scenario.name): \(violation.rawValue)")
                return counts
            }
        }
        return counts
    }

    @Test(arguments: QueueModel.Scenario.all.indices)
    func `no promise is broken`(_ scenario: Int) async {
        let counts = await counts(scenario, 12_500)
        // It went where it was to go.
        #expect(counts[.lease] > 10_000)
        if QueueModel.Scenario.all[scenario].first == .poison { #expect(counts[.buried] > 1_000) }
    }

    @Test(arguments: QueueModel.Flaw.allCases)
    func `a rule left out is noticed`(_ flaw: QueueModel.Flaw) async {
        for seed in 0..<100_000 {
            if seed % 5 == 0 { await Task.yield() }
            let model = QueueModel.run(seed: seed, rules: flaw.rules)
            if model.violation != nil { return }
        }
        Issue.record("\(flaw) went unnoticed")
    }
}
