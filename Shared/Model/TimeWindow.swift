/// A span of whole days, counted in UTC.
package struct TimeWindow: Hashable, Codable, Sendable {
    package let days: Int

    /// Nil unless `days` is from 1 to 3,660 (ten years).
    package init?(days: Int) {
        guard (1...3_660).contains(days) else { return nil }
        self.days = days
    }

    package static func weeks(_ weeks: Int) -> TimeWindow? { TimeWindow(days: weeks * 7) }
}
