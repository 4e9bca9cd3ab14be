import Foundation

/// A length of time as people write it: `30 minutes`, `400 days`, `1 working day`.
struct Span: Codable, Hashable, Sendable {
    enum Unit: String, Codable, CaseIterable, Sendable {
        case minute, hour, day, week
        case workingHour = "working hour"
        case workingDay = "working day"

        var isWorkingTime: Bool { self == .workingHour || self == .workingDay }

        /// Seconds of time on the clock; of working time where it is such.
        var seconds: Int64 {
            switch self {
            case .minute: 60
            case .hour, .workingHour: 3_600
            case .day: 86_400
            case .week: 7 * 86_400
            case .workingDay: Int64(WorkingTime.secondsADay)
            }
        }
    }

    /// The longest: ten years.
    static let longest: Int64 = 3_660 * 86_400

    var count: Int64
    var unit: Unit

    var seconds: Int64 { count * unit.seconds }

    /// Reads `7 days`. Nil where it is none, or longer than ten years.
    init?(_ text: String) {
        let words = text.split(separator: " ").map { $0.lowercased() }
        guard words.count >= 2, let first = words.first, first.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int64(first), count >= 1
        else { return nil }
        let name = words.dropFirst().joined(separator: " ")
        guard let unit = Unit.allCases.first(where: { name == $0.rawValue || name == $0.rawValue + "s" }) else {
            return nil
        }
        guard count <= Span.longest / unit.seconds else { return nil }
        self.count = count
        self.unit = unit
    }

    /// The moment at which it is over; working time is counted in the zone.
    func end(from start: Date, in zone: TimeZone) -> Date {
        unit.isWorkingTime
            ? WorkingTime.end(of: TimeInterval(seconds), from: start, in: zone)
            : start.addingTimeInterval(TimeInterval(seconds))
    }
}

extension Span: CustomStringConvertible {
    var description: String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
}
