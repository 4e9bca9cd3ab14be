import Chassis
import Yams

/// Turns a playbook's text into a playbook, or says everything that is wrong with it.
enum PlaybookReader {
    static let longestText = 65_536
    static let mostSegments = 20
    static let mostExits = 20
    static let mostSteps = 100

    struct Refused: Error {
        let faults: [PlaybookFault]
    }

    /// - Parameter file: how to call it in faults.
    static func read(_ text: String, file: String) throws(Refused) -> Playbook {
        let faults = FaultList(file: file)
        guard let root = YAMLText.compose(text, faults), var fields = Fields(root, path: "", faults: faults) else {
            throw Refused(faults: faults.faults)
        }
        let playbook = self.playbook(&fields)
        fields.finish()
        guard let playbook, faults.faults.isEmpty else {
            throw Refused(faults: faults.faults.sorted { $0.line < $1.line })
        }
        return playbook
    }

    private static func playbook(_ fields: inout Fields) -> Playbook? {
        let key = fields.text("playbook", matching: .key)
        let title = fields.text("title", atMost: 200)
        let about = fields.text("about", atMost: 4_000, required: false)
        let segments = fields.list("segments", atMost: mostSegments).compactMap { [faults = fields.faults] in
            segment($0, faults)
        }
        let trigger = self.trigger(&fields)
        let holdout = self.holdout(&fields)
        let reentry = self.reentry(&fields)
        let exits = fields.list("exits", atMost: mostExits).compactMap { [faults = fields.faults] in exit($0, faults) }
        let reasonSignal = fields.node("reason") == nil ? nil : reason(&fields)
        let steps = StepsReader.read(&fields)
        let keys = segments.map(\.key)
        for (index, key) in keys.enumerated() where keys[..<index].contains(key) {
            fields.fault("segments", "the segment \(key) is there twice", expected: "each once")
        }
        guard let key, let title, let trigger, let reentry else { return nil }
        let waits = steps.flatMap { $0.step.questions }.compactMap { question -> String? in
            if case .membership(let segment) = question { segment } else { nil }
        }
        let refusals = Set(steps.flatMap { $0.step.consents })
        return Playbook(
            key: key, title: title, about: about, segments: segments, trigger: trigger, holdout: holdout,
            reentry: reentry, exits: exits, reasonSignal: reasonSignal,
            refusals: refusals.sorted { ($0.channel, $0.topic) < ($1.channel, $1.topic) },
            watches: Set(exits.map(\.segment) + waits).sorted(), steps: steps)
    }

    private static func segment(_ entry: (node: Node, path: String), _ faults: FaultList) -> PlaybookSegment? {
        guard var fields = Fields(entry.node, path: entry.path, faults: faults) else { return nil }
        let key = fields.text("key", matching: .key)
        let name = fields.text("name", atMost: 200)
        let expression = fields.expression("expression")
        fields.finish()
        guard let key, let name, let expression else { return nil }
        return PlaybookSegment(key: key, name: name, expression: expression)
    }

    private static func exit(_ entry: (node: Node, path: String), _ faults: FaultList) -> Crossing? {
        guard var fields = Fields(entry.node, path: entry.path, faults: faults) else { return nil }
        let crossing = fields.crossing()
        fields.finish()
        return crossing
    }

    private static func trigger(_ fields: inout Fields) -> Trigger? {
        if var inner = fields.mappingIfAny("trigger") {
            for later in ["event", "date", "calendar"] where inner.has(later) {
                inner.fault(later, "is no trigger of this release", expected: "segment, or trigger: by hand")
                return nil
            }
            let crossing = inner.crossing()
            inner.finish()
            return crossing.map { Trigger(crossing: $0) }
        }
        let expected = "segment: KEY below it, or the words by hand"
        guard let scalar = fields.scalar("trigger", required: true, expected: expected) else { return nil }
        guard scalar.string == "by hand" else {
            fields.fault(
                "trigger", "\"\(scalar.string.prefix(60))\" is no trigger", expected: expected,
                nearest: nearest(to: scalar.string, among: ["by hand"]))
            return nil
        }
        return Trigger(crossing: nil)
    }

    private static func reason(_ fields: inout Fields) -> String? {
        guard var inner = fields.mappingIfAny("reason") else {
            fields.fault("reason", "names no signal", expected: "signal: NAME below it")
            return nil
        }
        let signal = inner.text("signal", atMost: 63)
        inner.finish()
        return signal
    }

    private static func holdout(_ fields: inout Fields) -> Holdout? {
        let words = "a share such as 10 %, at most 50 %"
        if var inner = fields.mappingIfAny("holdout") {
            let share = inner.scalar("share", required: true, expected: words)?.string
            let salt = inner.text("salt", atMost: 100)
            inner.finish()
            guard let share, let salt else { return nil }
            guard let percent = self.percent(share) else {
                inner.fault("share", "\"\(share.prefix(60))\" is no share", expected: words)
                return nil
            }
            return Holdout(percent: percent, salt: salt)
        }
        guard let share = fields.scalar("holdout", required: false, expected: words)?.string else { return nil }
        guard let percent = self.percent(share) else {
            fields.fault("holdout", "\"\(share.prefix(60))\" is no share", expected: words)
            return nil
        }
        return Holdout(percent: percent, salt: "")
    }

    private static func percent(_ text: String) -> Double? {
        guard text.hasSuffix("%") else { return nil }
        let digits = String(text.dropLast()).withoutTrailingSpace
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let value = Double(digits),
            (0...50).contains(value)
        else { return nil }
        return value
    }

    private static func reentry(_ fields: inout Fields) -> Reentry? {
        let words = ["never", "always"]
        if var inner = fields.mappingIfAny("reentry") {
            let after = inner.span("after", workingTime: false)
            inner.finish()
            return after.map { Reentry(afterSeconds: $0.seconds) }
        }
        switch fields.choice("reentry", or: "never", of: words) {
        case "never": return Reentry(afterSeconds: nil)
        case "always": return Reentry(afterSeconds: 0)
        default: return nil
        }
    }
}
