import Chassis
import Yams

/// Reads the steps of a playbook and checks where they lead.
enum StepsReader {
    static func read(_ fields: inout Fields) -> [PlaybookStep] {
        let entries = fields.list("steps", required: true, atMost: PlaybookReader.mostSteps)
        var steps: [PlaybookStep] = []
        var jumps: [Jump] = []
        for entry in entries {
            guard var step = Fields(entry.node, path: entry.path, faults: fields.faults) else { continue }
            guard let read = self.step(&step) else {
                step.finish()
                continue
            }
            if steps.contains(where: { $0.name == read.name }) {
                step.fault(
                    type(of: read.step).kind, "another step is named \(read.name)", expected: "a name of its own")
            }
            let place = steps.count
            jumps += ([read.next].compactMap(\.self) + read.step.jumps).map { Jump(from: place, to: $0, fields: step) }
            steps.append(read)
            step.finish()
        }
        guard steps.count == entries.count else { return steps }
        for jump in jumps { check(jump, steps) }
        return steps
    }

    private struct Jump {
        let from: Int
        let to: String
        let fields: Fields
    }

    /// A step leads to a later one: so a run comes to each step at most once, and to an end.
    private static func check(_ jump: Jump, _ steps: [PlaybookStep]) {
        guard jump.to != PlaybookStep.end else { return }
        let later = steps.dropFirst(jump.from + 1).map(\.name)
        guard !later.contains(jump.to) else { return }
        let isEarlier = steps.contains { $0.name == jump.to }
        jump.fields.fault(
            "", isEarlier ? "leads back to \(jump.to)" : "leads to \(jump.to), and there is no such step",
            expected: "a later step (\((later + [PlaybookStep.end]).joined(separator: ", ")))",
            nearest: isEarlier ? nil : nearest(to: jump.to, among: later + [PlaybookStep.end]))
    }

    private static func step(_ fields: inout Fields) -> PlaybookStep? {
        let kinds = fields.keys.filter { Steps.kind($0) != nil }
        guard kinds.count == 1, let name = kinds.first, let kind = Steps.kind(name) else {
            let written = fields.keys.lazy.compactMap { nearest(to: $0, among: Steps.kinds) }.first
            fields.fault(
                "", kinds.isEmpty ? "has no kind" : "has several kinds: \(kinds.joined(separator: ", "))",
                expected: "one of \(Steps.kinds.joined(separator: ", ")), with the step's name",
                nearest: kinds.isEmpty ? written : nil)
            // What is left can't be told right from wrong.
            for key in fields.keys { _ = fields.node(key) }
            return nil
        }
        let own = fields.text(name, matching: .key)
        if own == PlaybookStep.end, kind != EndStep.self {
            fields.fault(name, "end is where a run ends, no name", expected: "another name")
        }
        let next = kind == EndStep.self ? nil : fields.jump("next")
        let step = kind.read(&fields)
        guard let own, let step else { return nil }
        return PlaybookStep(name: own, next: next, step: step)
    }
}
