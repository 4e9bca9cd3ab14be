package import Foundation

extension Date: PostgresEncodable, PostgresDecodable {
    /// Seconds from PostgreSQL's epoch, 2000-01-01, to Foundation's, 2001-01-01.
    private static let epochGap = 31_622_400.0
    /// timestamptz ends at 294276-12-31; its first day is in 4714 BC.
    private static let microseconds = -211_813_488_000_000_000.0..<9_223_371_331_200_000_000.0

    package static var postgresType: PostgresType { .timestamptz }

    /// Rounded to the microsecond, which is what PostgreSQL keeps.
    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        let value = ((timeIntervalSinceReferenceDate + Self.epochGap) * 1e6).rounded()
        guard Self.microseconds.contains(value) else {
            throw PostgresValueRefusal("a time outside of what timestamptz holds (4713 BC to 294276)")
        }
        bytes.append(bigEndian: Int64(value))
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Date {
        guard cell.oid == PostgresType.timestamptz.oid else {
            throw cell.mismatch("Date", cell.oid == 1114 ? "say of which zone: \"at time zone 'UTC'\"" : nil)
        }
        let value = try cell.integer(Int64.self)
        guard value != .max, value != .min else {
            throw PostgresValueRefusal("is an infinite time, which Date can't hold: test it with isfinite()")
        }
        // Whole seconds and the rest apart: one division of the whole would lose the microsecond.
        let (seconds, rest) = value.quotientAndRemainder(dividingBy: 1_000_000)
        return Date(timeIntervalSinceReferenceDate: Double(seconds) - epochGap + Double(rest) / 1e6)
    }
}

extension Duration: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .interval }

    /// Microseconds, no days and no months; what is finer is cut.
    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow2) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        guard !overflow, !overflow2 else { throw PostgresValueRefusal("a duration longer than an interval holds") }
        bytes.append(bigEndian: sum)
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: Int32(0))
    }

    /// A day is read as 24 hours; an interval with months is refused, for they have no fixed length.
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Duration {
        guard cell.oid == PostgresType.interval.oid else { throw cell.mismatch("Duration") }
        guard try cell.integer(Int32.self, at: 12) == 0 else {
            throw PostgresValueRefusal("is an interval with months, which have no fixed length")
        }
        let days = Int64(try cell.integer(Int32.self, at: 8))
        return .microseconds(try cell.integer(Int64.self)) + .seconds(days * 86_400)
    }
}
