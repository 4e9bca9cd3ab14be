import Model

/// The days that the story covers, whole days in UTC.
struct Period: Sendable {
    /// Weeks of product usage.
    static let weeks = 24

    /// The day on which the story is told. It ends on the day before, so that nothing in it lies in the future.
    let today: CalendarDay

    var yesterday: CalendarDay { today.advanced(by: -1) }
    var firstDay: CalendarDay { today.advanced(by: -7 * Self.weeks) }
    var days: [CalendarDay] { (-7 * Self.weeks ... -1).map { today.advanced(by: $0) } }

    func daysAgo(_ day: CalendarDay) -> Int { today.daysSince1970 - day.daysSince1970 }

    /// A weekday's share of an office week's usage.
    static func weekdayShare(_ day: CalendarDay) -> Double {
        // 1970-01-01 was a Thursday.
        let fromThursday: [Double] = [1.1, 0.9, 0.15, 0.1, 1.0, 1.15, 1.15]
        let weekday = ((day.daysSince1970 % 7) + 7) % 7
        return fromThursday[weekday] / fromThursday.reduce(0, +)
    }
}
