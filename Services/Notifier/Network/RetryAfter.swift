import Foundation

/// The header Retry-After: whole seconds, or a date.
enum RetryAfter {
    /// How long to wait from `now`; nil where there is none or it can't be read. Never negative.
    static func read(_ text: String?, now: Date) -> Duration? {
        guard let text = text?.trimmingCharacters(in: .whitespaces), (1...40).contains(text.utf8.count) else {
            return nil
        }
        if text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return Int64(text).map { .seconds(min($0, 366 * 86_400)) }
        }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: text) else { return nil }
        return .seconds(Int64(min(max(0, date.timeIntervalSince(now)), 366 * 86_400)))
    }
}
