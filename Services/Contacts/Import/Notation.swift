import Foundation
import Model

/// How a file writes numbers and times where it is not as the API does: nothing is guessed, for 03.04. is a day in March
/// to some and one in April to others.
struct Notation: Sendable, Equatable {
    enum Dates: String, CaseIterable, Sendable {
        /// 2026-05-31, with or without 14:05 or 14:05:30 behind it.
        case iso
        /// 31.05.2026, 31/05/2026 or 31-05-2026.
        case dayFirst = "day-first"
        /// 05/31/2026
        case monthFirst = "month-first"

        var example: String {
            switch self {
            case .iso: "2026-05-31 or 2026-05-31T14:05:00Z"
            case .dayFirst: "31.05.2026 or 31.05.2026 14:05"
            case .monthFirst: "05/31/2026 or 05/31/2026 14:05"
            }
        }
    }

    var dates = Dates.iso
    /// Of times that name none; nil is UTC where dates are not ISO, and refused where they are.
    var timeZone: TimeZone?
    /// `1 234,56` instead of `1234.56`.
    var hasDecimalComma = false

    private static let amounts: Set<String> = ["amount", "mrr"]
    private static let times: Set<String> = [
        "ordered_at", "created_at", "started_at", "renews_at", "changed_at", "occurred_at", "opened_at",
        "first_answered_at", "feedback_at", "paid_at", "voided_at", "do_not_disturb_until",
    ]
    private static let days: Set<String> = ["on_holiday_until", "expected_on", "issued_on", "due_on"]

    /// A cell as the API would write it.
    /// - Parameter kind: where the field is a custom one.
    func plain(_ cell: String, of field: String, _ kind: CustomField.Kind? = nil) throws -> String {
        switch kind {
        case .number? where hasDecimalComma: return try number(cell, field)
        case .money? where hasDecimalComma: return try money(cell, field)
        case .date?: return try day(cell, field)
        default: break
        }
        if hasDecimalComma, Self.amounts.contains(field) { return try number(cell, field) }
        if Self.times.contains(field) { return try time(cell, field) }
        if Self.days.contains(field) { return try day(cell, field) }
        return cell
    }

    /// Blanks and points between thousands go, the comma becomes a point.
    private func number(_ cell: String, _ field: String) throws -> String {
        let text = String(cell.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "'" && $0 != "’" })
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let groups = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let areThousands = groups.dropFirst().allSatisfy { $0.utf8.count == 3 } && groups[0].utf8.count < 5
        guard parts.count <= 2, groups.count == 1 || areThousands, parts.count == 1 || !parts[1].contains(".") else {
            throw Refusal(field, "expected an amount such as 1 234,56, found “\(cell.prefix(40))”")
        }
        return groups.joined() + (parts.count == 2 ? "." + parts[1] : "")
    }

    /// `1 234,56 EUR`: the currency is what stands last.
    private func money(_ cell: String, _ field: String) throws -> String {
        let text = cell.trimmingBlanks()
        guard let end = text.lastIndex(where: \.isWhitespace) else { return text }
        return try number(String(text[..<end]), field) + text[end...]
    }

    private func day(_ cell: String, _ field: String) throws -> String {
        guard dates != .iso, CalendarDay(cell) == nil else { return cell }
        guard let (day, rest) = leadingDay(cell.trimmingBlanks()), rest.isEmpty else { throw unread(cell, field) }
        return day.description
    }

    private func time(_ cell: String, _ field: String) throws -> String {
        let text = cell.trimmingBlanks()
        guard dates != .iso || timeZone != nil else { return cell }
        // What says its zone, or is a whole ISO time, means the same everywhere.
        if text.utf8.count > 10, Timestamp.read(text) != nil { return text }
        guard let (day, rest) = leadingDay(text), let clock = Self.clock(rest) else { throw unread(cell, field) }
        guard let timeZone else { return "\(day)T\(clock)Z" }
        guard let midnight = Timestamp.read("\(day)T\(clock)Z") else { throw unread(cell, field) }
        return Timestamp.write(Self.shifted(midnight, from: timeZone))
    }

    private func unread(_ cell: String, _ field: String) -> Refusal {
        Refusal(field, "expected a time such as \(dates.example), found “\(cell.prefix(40))”")
    }

    /// The day at the beginning, and what stands behind it.
    private func leadingDay(_ text: String) -> (day: CalendarDay, rest: Substring)? {
        let written = text.prefix { $0 != " " && $0 != "T" && $0 != "," && $0 != "\u{A0}" }
        let rest = text[written.endIndex...].drop { $0 == " " || $0 == "T" || $0 == "\u{A0}" || $0 == "," }
        if let day = CalendarDay(written) { return (day, rest) }
        guard dates != .iso else { return nil }
        let parts = written.split(omittingEmptySubsequences: false) { ".-/".contains($0) }
        guard parts.count == 3, parts[2].utf8.count == 4, (1...2).contains(parts[0].utf8.count),
            (1...2).contains(parts[1].utf8.count)
        else { return nil }
        let (day, month) = dates == .dayFirst ? (parts[0], parts[1]) : (parts[1], parts[0])
        func padded(_ text: Substring) -> String { text.utf8.count == 1 ? "0" + text : String(text) }
        return CalendarDay("\(parts[2])-\(padded(month))-\(padded(day))").map { ($0, rest) }
    }

    /// `14:05` or `14:05:30`, or nothing, which is midnight.
    private static func clock(_ text: Substring) -> String? {
        if text.isEmpty { return "00:00:00" }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            (1...2).contains(parts[0].utf8.count), parts.dropFirst().allSatisfy({ $0.utf8.count == 2 })
        else { return nil }
        let hour = parts[0].utf8.count == 1 ? "0" + parts[0] : String(parts[0])
        return "\(hour):\(parts[1]):\(parts.count == 3 ? parts[2] : "00")"
    }

    /// The moment at which clocks of the zone show what this one shows in UTC: of an hour that came twice the first one, of
    /// one that was left out the time an hour later.
    private static func shifted(_ time: Date, from zone: TimeZone) -> Date {
        let before = time - Double(zone.secondsFromGMT(for: time - 86_400))
        let after = time - Double(zone.secondsFromGMT(for: time + 86_400))
        // The offset of the day before and that of the day after: right is the one by which its own moment is reached.
        func isRight(_ moment: Date) -> Bool { moment + Double(zone.secondsFromGMT(for: moment)) == time }
        if isRight(before) { return before }
        return isRight(after) ? after : before
    }
}
