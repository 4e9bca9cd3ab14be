import Model

/// A split of rows into parts, each with about the same share of both labels.
enum Folds {
    /// The part of each row, from 0.
    static func stratified(_ labels: [Bool], _ count: Int, seed: UInt64) -> [Int] {
        var random = SplitMix(seed)
        var parts = [Int](repeating: 0, count: labels.count)
        var next = 0
        for label in [true, false] {
            let rows = labels.indices.filter { labels[$0] == label }.shuffled(using: &random)
            for row in rows {
                parts[row] = next % count
                next += 1
            }
        }
        return parts
    }

    /// A generator that gives the same numbers everywhere (Steele, Lea and Flood 2014).
    struct SplitMix: RandomNumberGenerator {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
