extension QueueModel {
    /// Prints what happens in one run, step by step.
    static func replay(seed: Int, flaw: Flaw? = nil) {
        let model = traced(seed: seed, rules: flaw?.rules ?? Rules())
        for line in model.trace { print(line) }
        print(model.violation.map { "VIOLATION: \($0.rawValue)" } ?? "nothing is violated")
    }

    static func traced(seed: Int, rules: Rules) -> QueueModel {
        var model = QueueModel(seed: seed, rules: rules)
        model.isTracing = true
        model.note("scenario: \(model.scenario.name), \(model.workers.count) workers with room for \(model.room)")
        model.note("jobs: \(model.database.jobs.map { "\($0.kind)" }.joined(separator: ", "))")
        model.run()
        return model
    }

    mutating func note(_ line: String) { trace.append(line) }
}

extension QueueModel.JobSet: CustomStringConvertible {
    var description: String {
        var rest = self
        var numbers: [String] = []
        while let number = rest.popFirst() { numbers.append("\(number)") }
        return "[\(numbers.joined(separator: " "))]"
    }
}
