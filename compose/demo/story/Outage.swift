import Model

/// Three working days, Tuesday to Thursday, on which the product was down for everybody.
struct Outage: Sendable {
    /// The share of usual usage that was left.
    static let remaining = 0.15
    /// The outage ends on the last Thursday at least this many days before today: 14 weeks of usage lie before it, and it
    /// lies before all that the story plants in the weeks after, and outside two windows of 28 days that end today.
    static let daysBeforeToday = 58

    let lastDay: CalendarDay

    init(before today: CalendarDay) {
        let latest = today.advanced(by: -Self.daysBeforeToday)
        lastDay = latest.advanced(by: -(((latest.daysSince1970 % 7) + 7) % 7))
    }

    var firstDay: CalendarDay { lastDay.advanced(by: -2) }

    /// What is left of usage on a day: 1 outside the outage.
    func remaining(on day: CalendarDay) -> Double {
        (firstDay...lastDay).contains(day) ? Self.remaining : 1
    }
}
