/// A number from 0 to 1. 1 is bad: the account is surely lost.
package struct Probability: Hashable, Comparable, Codable, Sendable {
    package let value: Double

    /// Nil for anything outside 0…1 and for NaN.
    package init?(_ value: Double) {
        guard (0...1).contains(value) else { return nil }
        self.value = value
    }

    package static func < (left: Probability, right: Probability) -> Bool { left.value < right.value }
}
