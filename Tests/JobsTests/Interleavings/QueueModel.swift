/// The job queue as a state machine: workers, producers, a database whose transactions are single steps, and messages
/// between them that are lost, late, or never answered. A seed decides the order of all steps and faults, so that each run
/// can be had again. What must always hold is checked after each step, and at the end, when all is well again, that every
/// job came to its end.
struct QueueModel {
    let seed: Int
    let rules: Rules
    let scenario: Scenario
    var chance: Chance
    var database: Database
    var workers: [Worker]
    var starts: [Start] = []
    var calls: [Call] = []
    /// The most jobs that a worker runs at once.
    let room: Int
    let paces: Paces
    /// Since when nothing goes wrong any more; -1 while things may.
    var wellSince = -1
    /// Counts what was done, to see when nothing is left to do for now.
    var moves = 0
    /// Jobs that were done or dead at the step before.
    var ended = JobSet()
    var isTracing = false
    var trace: [String] = []

    var violation: Violation? { database.violation }

    init(seed: Int, rules: Rules) {
        self.seed = seed
        var rules = rules
        scenario = Scenario.all[seed % Scenario.all.count]
        chance = Chance(seed: seed)
        // Only what fells the database needs this rule, and it would hide much of what crashes undo.
        if !scenario.flushesLate, chance.once(in: 2) { rules.claimsAreDurableAfterCrash = false }
        self.rules = rules
        var jobs = [JobRow](repeating: .init(), count: 2 + chance.below(4))
        for job in 0..<jobs.count { jobs[job].kind = scenario.kinds[chance.below(scenario.kinds.count)] }
        if scenario.first != .plain { jobs[0].kind = scenario.first }
        database = Database(rules: rules, jobs: jobs)
        workers = [Worker](repeating: .init(), count: 2 + chance.below(2))
        room = 1 + chance.below(3)
        paces = Paces(&chance, scenario)
        starts.reserveCapacity(16)
        calls.reserveCapacity(16)
    }

    /// Runs to the end or to the first violation.
    mutating func run() {
        var steps = 30 + chance.below(51)
        while steps > 0, database.violation == nil {
            step()
            check()
            steps -= 1
        }
        if database.violation == nil { recover() }
    }

    /// Runs a seed.
    static func run(seed: Int, rules: Rules = Rules()) -> QueueModel {
        var model = QueueModel(seed: seed, rules: rules)
        model.run()
        return model
    }
}
