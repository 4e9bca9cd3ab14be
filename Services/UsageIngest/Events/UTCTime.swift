import Foundation
import Model
import Postgres

/// A moment in whole microseconds, which is what PostgreSQL keeps: the same text always gives the same moment.
struct UTCTime: Hashable, Comparable, Sendable {
    /// Since 1970-01-01 00:00 UTC.
    let microseconds: Int64

    static let microsecondsPerDay: Int64 = 86_400_000_000

    init(microseconds: Int64) { self.microseconds = microseconds }

    init(_ date: Date) { microseconds = Int64((date.timeIntervalSince1970 * 1e6).rounded()) }

    static var now: UTCTime { UTCTime(Date()) }

    static func < (left: UTCTime, right: UTCTime) -> Bool { left.microseconds < right.microseconds }

    /// The UTC day that it falls on.
    var day: CalendarDay { CalendarDay(daysSince1970: Int(floored.days)) }

    /// Since midnight UTC [µs].
    var microsecondsOfDay: Int64 { floored.rest }

    private var floored: (days: Int64, rest: Int64) {
        let (days, rest) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerDay)
        return rest < 0 ? (days - 1, rest + Self.microsecondsPerDay) : (days, rest)
    }

    func advanced(by microseconds: Int64) -> UTCTime { UTCTime(microseconds: self.microseconds + microseconds) }
}

extension UTCTime: PostgresEncodable, PostgresDecodable {
    /// Microseconds from 1970 to PostgreSQL's epoch, 2000-01-01.
    private static let epochGap: Int64 = 946_684_800_000_000

    static var postgresType: PostgresType { Date.postgresType }

    func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: (microseconds - Self.epochGap).bigEndian) { bytes.append(contentsOf: $0) }
    }

    static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> UTCTime {
        UTCTime(try Date.decode(cell))
    }
}
