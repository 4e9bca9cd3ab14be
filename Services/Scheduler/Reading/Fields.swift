import Chassis
import Yams

/// The keys and values of one mapping in a playbook's text. Reading a key marks it as known; `finish` tells of the rest.
/// Every reader answers nil where the value can't be used, and has then noted why.
struct Fields {
    let path: String
    let line: Int
    let faults: FaultList
    private let entries: [(key: String, line: Int, value: Node)]
    private(set) var known: [String] = []

    /// Nil, with a fault, where the node is no mapping.
    init?(_ node: Node, path: String, faults: FaultList) {
        let line = node.mark?.line ?? 1
        guard let mapping = node.mapping else {
            faults.add(line, path, "is \(node.kindWords)", expected: "keys with values")
            return nil
        }
        self.path = path
        self.line = line
        self.faults = faults
        entries = mapping.map { ($0.key.scalar?.string ?? "?", $0.key.mark?.line ?? line, $0.value) }
    }

    var keys: [String] { entries.map(\.key) }

    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// The key's place in the file, or the mapping's where it is not there.
    func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? line }

    func path(of key: String) -> String { path.isEmpty ? key : key.isEmpty ? path : "\(path).\(key)" }

    func fault(
        _ key: String, _ message: String, expected: String? = nil, nearest: String? = nil, excerpt: String? = nil,
        line: Int? = nil
    ) {
        faults.add(
            line ?? self.line(of: key), path(of: key), message, expected: expected, nearest: nearest, excerpt: excerpt)
    }

    mutating func node(_ key: String) -> Node? {
        if !known.contains(key) { known.append(key) }
        return entries.first { $0.key == key }?.value
    }

    /// The scalar under the key; a fault where there is another thing, or where it is required and missing.
    mutating func scalar(_ key: String, required: Bool, expected: String) -> Node.Scalar? {
        guard let node = node(key) else {
            if required { fault(key, "is missing", expected: expected) }
            return nil
        }
        guard let scalar = node.scalar else {
            fault(key, "is \(node.kindWords)", expected: expected)
            return nil
        }
        guard !scalar.string.isEmpty else {
            fault(key, "is empty", expected: expected)
            return nil
        }
        return scalar
    }

    /// Notes every key that nobody asked for, with the nearest that could have been meant.
    mutating func finish() {
        for entry in entries where !known.contains(entry.key) {
            let left = known.filter { !has($0) }
            faults.add(
                entry.line, path(of: String(entry.key.prefix(60))), "is no key here",
                expected: left.isEmpty ? "nothing more" : "one of " + left.joined(separator: ", "),
                nearest: nearest(to: entry.key, among: known))
        }
    }
}

extension Node {
    /// For "is a list".
    var kindWords: String {
        switch self {
        case .scalar(let scalar): scalar.string.isEmpty ? "empty" : "a single value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
