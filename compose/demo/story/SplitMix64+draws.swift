import Foundation

extension SplitMix64 {
    /// At least 0 and below 1, in steps of 2⁻⁵³.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number of `range`, each as likely as the others up to 2⁻³².
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(((next() >> 32) * UInt64(range.count)) >> 32)
    }

    /// A number of `range`, spread evenly.
    mutating func spread(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// One of `choices`, which must not be empty.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[whole(0...choices.count - 1)] }

    /// The index of one of `weights`, each as likely as its weight; they must not be empty and sum to more than 0.
    mutating func index(by weights: [Double]) -> Int {
        var left = unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return index }
        }
        return weights.count - 1
    }

    /// The same members in another order (Fisher and Yates).
    mutating func shuffled<Member>(_ members: [Member]) -> [Member] {
        var members = members
        for last in stride(from: members.count - 1, to: 0, by: -1) { members.swapAt(last, whole(0...last)) }
        return members
    }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * Double.pi * unit())
    }

    /// Poisson with the mean given, by Knuth's product, in parts of at most 30 so that exp(−part) stays far from 0.
    mutating func poisson(_ mean: Double) -> Int {
        var left = mean
        var count = 0
        while left > 0 {
            let part = min(left, 30)
            left -= part
            let floor = exp(-part)
            var product = unit()
            while product > floor {
                count += 1
                product *= unit()
            }
        }
        return count
    }
}
