import Chassis
import Segments
import Yams

/// The forms that names take.
enum NameForm {
    /// Of playbooks, segments and steps.
    case key
    /// Of channels, topics and signals.
    case name

    var words: String {
        switch self {
        case .key: "up to 100 small letters, digits and hyphens, such as usage-drop"
        case .name: "up to 31 small letters and underscores, such as mail"
        }
    }

    func admits(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return false }
        let isLetter: (UInt8) -> Bool = { (97...122).contains($0) }
        let isDigit: (UInt8) -> Bool = { (48...57).contains($0) }
        switch self {
        case .key:
            return bytes.count <= 100 && (isLetter(first) || isDigit(first))
                && bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == 45 }
        case .name: return bytes.count <= 31 && isLetter(first) && bytes.allSatisfy { isLetter($0) || $0 == 95 }
        }
    }
}

extension Fields {
    /// A text of one line, of at most so many characters.
    mutating func text(_ key: String, atMost limit: Int, required: Bool = true) -> String? {
        let expected = "a text of at most \(limit) characters"
        guard let scalar = scalar(key, required: required, expected: expected) else { return nil }
        let text = scalar.string.withoutTrailingSpace
        guard !text.isEmpty, text.count <= limit, !text.unicodeScalars.contains("\0") else {
            fault(key, text.isEmpty ? "is blank" : "has \(text.count) characters", expected: expected)
            return nil
        }
        return text
    }

    /// A name of the form; the default where it is missing and there is one.
    mutating func text(_ key: String, or fallback: String? = nil, matching form: NameForm) -> String? {
        guard let scalar = scalar(key, required: fallback == nil, expected: form.words) else { return fallback }
        guard form.admits(scalar.string) else {
            fault(key, "\"\(scalar.string.prefix(60))\" is no name here", expected: form.words)
            return nil
        }
        return scalar.string
    }

    /// One of a few words; the default where it is missing and there is one.
    mutating func choice(_ key: String, or fallback: String? = nil, of words: [String]) -> String? {
        let expected = words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
        guard let scalar = scalar(key, required: fallback == nil, expected: expected) else { return fallback }
        guard words.contains(scalar.string) else {
            fault(
                key, "\"\(scalar.string.prefix(60))\" is not known here", expected: expected,
                nearest: nearest(to: scalar.string, among: words))
            return nil
        }
        return scalar.string
    }

    /// The mapping under the key where there is one; anything else is left to another reader.
    mutating func mappingIfAny(_ key: String) -> Fields? {
        guard let node = node(key), node.mapping != nil else { return nil }
        return Fields(node, path: path(of: key), faults: faults)
    }

    /// The list under the key as nodes with their paths; empty where it is missing and not required.
    mutating func list(_ key: String, required: Bool = false, atMost limit: Int) -> [(node: Node, path: String)] {
        let expected = "a list of at most \(limit)"
        guard let node = node(key) else {
            if required { fault(key, "is missing", expected: expected) }
            return []
        }
        guard let sequence = node.sequence, sequence.count <= limit, !(required && sequence.isEmpty) else {
            let words = node.sequence.map { $0.isEmpty ? "is empty" : "has \($0.count) entries" }
            fault(key, words ?? "is \(node.kindWords)", expected: expected)
            return []
        }
        return sequence.enumerated().map { ($1, "\(path(of: key))[\($0 + 1)]") }
    }

    /// A length of time, such as `7 days`.
    mutating func span(_ key: String, workingTime: Bool, required: Bool = true) -> Span? {
        let expected =
            "a length of time up to ten years, such as 30 minutes, 7 days"
            + (workingTime ? " or 1 working day" : "")
        guard let scalar = scalar(key, required: required, expected: expected) else { return nil }
        guard let span = Span(scalar.string), workingTime || !span.unit.isWorkingTime else {
            let unit = scalar.string.drop { $0.isNumber || $0 == " " }
            let units = Span.Unit.allCases.filter { workingTime || !$0.isWorkingTime }.map { $0.rawValue + "s" }
            fault(
                key, "\"\(scalar.string.prefix(60))\" is no length of time", expected: expected,
                nearest: nearest(to: String(unit.prefix(60)), among: units))
            return nil
        }
        return span
    }

    /// A segment and which way: `segment: usage-drop` with `when: left`, entered unless said.
    mutating func crossing() -> Crossing? {
        let segment = text("segment", matching: .key)
        let way = choice("when", or: Crossing.Way.entered.rawValue, of: Crossing.Way.allCases.map(\.rawValue))
        guard let segment, let way = way.flatMap(Crossing.Way.init) else { return nil }
        return Crossing(segment: segment, way: way)
    }

    /// The name of a step to go to; whether there is one is checked when all are read.
    mutating func jump(_ key: String) -> String? {
        guard node(key) != nil else { return nil }
        return text(key, matching: .key)
    }

    /// A segment expression, checked.
    mutating func expression(_ key: String) -> String? {
        let expected = "a segment expression, such as usage.days_since_active > 14"
        guard let scalar = scalar(key, required: true, expected: expected) else { return nil }
        let text = scalar.string.withoutTrailingSpace
        do throws(SegmentError) {
            _ = try Segment.compile(text)
            return text
        } catch {
            // A block's text begins on the line below its mark.
            let isBlock = scalar.style == .literal || scalar.style == .folded
            let first = (scalar.mark?.line ?? line(of: key)) + (isBlock ? 1 : 0)
            fault(
                key, error.message, expected: error.expected, nearest: error.nearest, excerpt: error.excerpt,
                line: first + error.line - 1)
            return nil
        }
    }

    /// A mustache text that may speak of these names, checked.
    mutating func template(
        _ key: String, atMost limit: Int, names: [String], required: Bool = true
    ) -> String? {
        guard let text = text(key, atMost: limit, required: required) else { return nil }
        guard let problem = Template.problem(of: text, names: names) else { return text }
        fault(key, problem.message, expected: problem.expected, nearest: problem.nearest)
        return nil
    }
}

extension String {
    /// Without the spaces and line ends that YAML's blocks leave behind.
    var withoutTrailingSpace: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
