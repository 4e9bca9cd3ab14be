import Foundation

/// The hours in which people work: Monday to Friday, 9:00 to 18:00 by the clock of their place.
enum WorkingTime {
    static let firstHour = 9
    static let lastHour = 18
    static var secondsADay: Int { (lastHour - firstHour) * 3_600 }

    /// When so many seconds of working time have passed since `start`. Time outside of working hours does not count, so
    /// what begins on Saturday begins to count on Monday at 9:00. Clocks that are moved by night change nothing in it.
    static func end(of seconds: TimeInterval, from start: Date, in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var left = seconds
        var moment = start
        while true {
            let hours = window(on: moment, calendar)
            if let hours, moment < hours.end {
                let from = max(moment, hours.start)
                let room = hours.end.timeIntervalSince(from)
                if left <= room { return from.addingTimeInterval(left) }
                left -= room
            }
            moment = dayAfter(moment, calendar)
        }
    }

    /// The working hours of the day on which `moment` lies; nil at weekends.
    private static func window(on moment: Date, _ calendar: Calendar) -> DateInterval? {
        let weekday = calendar.component(.weekday, from: moment)
        guard (2...6).contains(weekday), let start = at(firstHour, on: moment, calendar),
            let end = at(lastHour, on: moment, calendar), start < end
        else { return nil }
        return DateInterval(start: start, end: end)
    }

    private static func at(_ hour: Int, on moment: Date, _ calendar: Calendar) -> Date? {
        calendar.date(bySettingHour: hour, minute: 0, second: 0, of: moment)
    }

    /// The beginning of the next day, which need not be 24 hours away.
    private static func dayAfter(_ moment: Date, _ calendar: Calendar) -> Date {
        let start = calendar.startOfDay(for: moment)
        return calendar.date(byAdding: .day, value: 1, to: start) ?? start.addingTimeInterval(86_400)
    }
}
