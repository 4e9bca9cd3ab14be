package import Foundation
package import Model

extension CalendarDay: PostgresEncodable, PostgresDecodable {
    /// PostgreSQL counts days from 2000-01-01.
    private static let epochGap = 10_957

    package static var postgresType: PostgresType { .date }

    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        // What date holds: 4713 BC to 5874897.
        guard let days = Int32(exactly: daysSince1970 - Self.epochGap), (-2_451_545...2_145_031_948).contains(days)
        else {
            throw PostgresValueRefusal("a day outside of what date holds")
        }
        bytes.append(bigEndian: days)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> CalendarDay {
        guard cell.oid == PostgresType.date.oid else { throw cell.mismatch("CalendarDay") }
        let days = try cell.integer(Int32.self)
        guard days != .max, days != .min else {
            throw PostgresValueRefusal("is an infinite date, which CalendarDay can't hold: test it with isfinite()")
        }
        return CalendarDay(daysSince1970: Int(days) + epochGap)
    }

    /// The UTC day that holds this time; times beyond what PostgreSQL holds give its last or first day.
    package init(utc time: Date) {
        let days = (time.timeIntervalSince1970 / 86_400).rounded(.down)
        self.init(daysSince1970: days.isNaN ? 0 : Int(max(-2_440_588, min(2_145_042_905, days))))
    }

    /// Its first moment in UTC.
    package var startUTC: Date { Date(timeIntervalSince1970: Double(daysSince1970) * 86_400) }
}
