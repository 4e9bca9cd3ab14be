package import Foundation

/// A day of the calendar without a time or zone; PostgreSQL's date. Usage days are UTC days.
package struct CalendarDay: Hashable, Comparable, Sendable {
    /// Days since 2000-01-01, as PostgreSQL counts them.
    package let daysSince2000: Int32

    package init(daysSince2000: Int32) {
        self.daysSince2000 = daysSince2000
    }

    /// Nil if there is no such day, or the year isn't 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSince2000: Int32(era * 146_097 + dayOfEra - 730_425))
        let back = components
        guard back.year == year, back.month == month, back.day == day else { return nil }
    }

    /// Reads `2026-01-31`; nil for anything else.
    package init?(_ text: String) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, fields.count == 3, fields[0].count == 4, fields[1].count == 2,
            fields.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(fields[0]), let month = Int(fields[1]), let day = Int(fields[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The UTC day that holds this time.
    package init(utc time: Date) {
        let days = ((time.timeIntervalSinceReferenceDate + 31_622_400) / 86_400).rounded(.down)
        self.init(daysSince2000: Int32(max(-2_451_545, min(2_145_031_948, days))))
    }

    /// Its first moment in UTC.
    package var startUTC: Date {
        Date(timeIntervalSinceReferenceDate: Double(daysSince2000) * 86_400 - 31_622_400)
    }

    package var components: (year: Int, month: Int, day: Int) {
        // Howard Hinnant: civil_from_days.
        let days = Int(daysSince2000) + 730_425
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    package func adding(days: Int) -> CalendarDay {
        CalendarDay(daysSince2000: daysSince2000 + Int32(days))
    }

    /// How many days later the other is.
    package func days(until other: CalendarDay) -> Int {
        Int(other.daysSince2000) - Int(daysSince2000)
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSince2000 < right.daysSince2000
    }
}

extension CalendarDay: CustomStringConvertible {
    /// `2026-01-31`.
    package var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (year, month, day) = components
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension CalendarDay: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .date }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: daysSince2000)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> CalendarDay {
        guard cell.oid == PostgresType.date.oid else { throw cell.mismatch("CalendarDay") }
        let days = try cell.integer(Int32.self)
        guard days != .max, days != .min else {
            throw PostgresValueRefusal("is an infinite date, which CalendarDay can't hold: test it with isfinite()")
        }
        return CalendarDay(daysSince2000: days)
    }
}
