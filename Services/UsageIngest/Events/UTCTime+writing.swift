import Model

extension UTCTime: CustomStringConvertible {
    /// ISO 8601 in UTC, with its whole milliseconds.
    var description: String {
        let milliseconds = microsecondsOfDay / 1_000
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: count - text.utf8.count) + text
        }
        let seconds = milliseconds / 1_000
        let clock = "\(digits(seconds / 3_600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
        return "\(day)T\(clock).\(digits(milliseconds % 1_000, 3))Z"
    }
}
