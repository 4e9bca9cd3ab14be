/// Turns rows of a table into rows of a design, by what the rows to learn from have: their tenths, their words, their means.
/// A number becomes a switch for the tenth that it lies in, and its distance from the mean; a word a switch; what is missing
/// a switch of its own.
struct Encoder: Sendable {
    private static let bins = 10
    /// Of the words of a column, the rarer ones share a switch.
    private static let mostWords = 60

    enum Rule: Sendable {
        /// Upper ends of the tenths but the last, inclusive.
        case numbers(ends: [Double], mean: Double, deviation: Double)
        case words([String: Int])

        /// One more than the last switch: that of missing ones is the first, that of rare words the second.
        var switches: Int {
            switch self {
            case .numbers(let ends, _, _): ends.count + 2
            case .words(let words): words.count + 2
            }
        }
    }

    let rules: [Rule]
    /// The first switch of each column.
    let firsts: [Int]
    let switches: Int

    /// Of each column of a design the column of the table that it is of.
    var sources: [Int] {
        rules.indices.flatMap { [Int](repeating: $0, count: rules[$0].switches) }
            + rules.indices.filter { if case .numbers = rules[$0] { true } else { false } }
    }

    /// - Parameter rows: those to learn from; no other is looked at.
    init(_ table: Table, rows: [Int]) {
        rules = table.columns.map { column in
            switch column.cells {
            case .numbers(let cells):
                let known = rows.compactMap { cells[$0] }.sorted()
                return Self.rule(known)
            case .words(let cells):
                var counts: [String: Int] = [:]
                for row in rows { if let word = cells[row] { counts[word, default: 0] += 1 } }
                let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostWords)
                return .words(Dictionary(uniqueKeysWithValues: common.enumerated().map { ($1.key, $0 + 2) }))
            }
        }
        var next = 0
        firsts = rules.map { rule in
            defer { next += rule.switches }
            return next
        }
        switches = next
    }

    private static func rule(_ known: [Double]) -> Rule {
        guard let first = known.first, let last = known.last else {
            return .numbers(ends: [], mean: 0, deviation: 1)
        }
        var ends: [Double] = []
        for bin in 1..<bins {
            let end = known[min(known.count - 1, known.count * bin / bins)]
            // Equal values stay together: a value at an end lies below it.
            if end > (ends.last ?? first.nextDown), end < last { ends.append(end) }
        }
        let mean = known.reduce(0, +) / Double(known.count)
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
        return .numbers(ends: ends, mean: mean, deviation: variance > 0 ? variance.squareRoot() : 1)
    }

    /// All rows of a table with the same columns.
    func design(_ table: Table) -> Design {
        var design = Design(switches: switches, onPerRow: rules.count, values: sources.count - switches)
        for row in 0..<table.count {
            var (on, values) = ([Int32](), [Double]())
            for (place, column) in table.columns.enumerated() {
                let first = firsts[place]
                switch (rules[place], column.cells) {
                case (.numbers(let ends, let mean, let deviation), .numbers(let cells)):
                    guard let cell = cells[row] else {
                        on.append(Int32(first))
                        values.append(0)
                        continue
                    }
                    // The first end that is not below it.
                    var (low, high) = (0, ends.count)
                    while low < high {
                        let middle = (low + high) / 2
                        if ends[middle] < cell { low = middle + 1 } else { high = middle }
                    }
                    on.append(Int32(first + 1 + low))
                    // A value far outside of what was learnt from says no more than one at the edge.
                    values.append(min(max((cell - mean) / deviation, -4), 4))
                case (.words(let words), .words(let cells)):
                    guard let word = cells[row] else {
                        on.append(Int32(first))
                        continue
                    }
                    on.append(Int32(first + (words[word] ?? 1)))
                default: on.append(-1)
                }
            }
            design.append(on: on, values: values)
        }
        return design
    }
}
