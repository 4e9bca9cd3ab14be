import Model

extension UTCTime {
    /// The years that are read; what is outside of the kept months is refused later, with a reason.
    private static let years = 1970...9999

    /// Reads ISO 8601 as clients write it: `2026-11-23T18:41:05.203+00:00`, with `Z`, `+0100` or no zone (UTC), a space
    /// for the `T`, one to nine decimals, or a day alone. Finer than a microsecond is cut.
    init?(_ text: String) {
        var text = text
        guard let microseconds = text.withUTF8({ Self.microseconds($0) }) else { return nil }
        self.init(microseconds: microseconds)
    }

    private static func microseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var reader = Reader(bytes: text)
        guard text.count <= 40, let day = reader.day() else { return nil }
        let midnight = Int64(day.daysSince1970) * microsecondsPerDay
        if reader.isAtEnd { return midnight }
        guard reader.take("T") || reader.take("t") || reader.take(" "), let clock = reader.clock(),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        return midnight + clock - offset
    }

    /// A number of seconds or, from 100,000,000,000 on, of milliseconds since 1970.
    init?(unix number: Double) {
        // Milliseconds are not divided: their thousandths have no exact double.
        let microseconds = (abs(number) >= 1e11 ? number * 1e3 : number * 1e6).rounded()
        guard microseconds.isFinite, (0..<253_402_300_800_000_000).contains(microseconds) else { return nil }
        self.init(microseconds: Int64(microseconds))
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var at = 0

        var isAtEnd: Bool { at == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        /// Exactly so many digits.
        mutating func number(_ digits: Int) -> Int? {
            guard at + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + digits] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            at += digits
            return value
        }

        mutating func day() -> CalendarDay? {
            guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
                UTCTime.years.contains(year)
            else { return nil }
            return CalendarDay(year: year, month: month, day: day)
        }

        /// Microseconds since midnight. A leap second counts as the second before it.
        mutating func clock() -> Int64? {
            guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
            var second = 0
            if take(":") {
                guard let given = number(2), given <= 60 else { return nil }
                second = min(given, 59)
            }
            guard let fraction = fraction() else { return nil }
            return Int64(hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction
        }

        private mutating func fraction() -> Int64? {
            guard take(".") || take(",") else { return 0 }
            var value: Int64 = 0
            var digits = 0
            while let digit = number(1) {
                digits += 1
                guard digits <= 9 else { return nil }
                if digits <= 6 { value = value * 10 + Int64(digit) }
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 6)..<6 { value *= 10 }
            return value
        }

        /// Microseconds that the clock is ahead of UTC.
        mutating func offset() -> Int64? {
            if isAtEnd || take("Z") || take("z") { return 0 }
            let isAhead = take("+")
            guard isAhead || take("-"), let hours = number(2), hours <= 23 else { return nil }
            var minutes = 0
            if !isAtEnd {
                _ = take(":")
                guard let given = number(2), given < 60 else { return nil }
                minutes = given
            }
            return Int64(hours * 60 + minutes) * (isAhead ? 60_000_000 : -60_000_000)
        }
    }
}
