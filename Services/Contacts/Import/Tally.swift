/// How many lines became what.
struct Tally: Sendable, Equatable {
    var made = 0
    var changed = 0
    var unchanged = 0
    var refused = 0

    mutating func add(_ verdict: Verdict) {
        switch verdict {
        case .made: made += 1
        case .changed: changed += 1
        case .unchanged: unchanged += 1
        case .refused: refused += 1
        }
    }

    static func += (left: inout Tally, right: Tally) {
        left.made += right.made
        left.changed += right.changed
        left.unchanged += right.unchanged
        left.refused += right.refused
    }

    var lines: Int { made + changed + unchanged + refused }
}

extension Tally: CustomStringConvertible {
    var description: String { "\(made) made, \(changed) changed, \(unchanged) unchanged, \(refused) refused" }
}
