import Foundation
import Model

/// Times as RFC 3339 has them, read and written without a formatter's locale.
enum Timestamp {
    /// Times outside are no data about customers but mistakes.
    private static let years = 1900..<2200

    /// A day of those years.
    static func day(_ text: some StringProtocol) -> CalendarDay? {
        guard let day = CalendarDay(text), years.contains(day.components.year) else { return nil }
        return day
    }

    /// Reads `2026-05-31T12:00:00Z`, with or without a fraction, with an offset; a blank may stand for the T, and a day
    /// alone is its midnight in UTC. Nil for anything else.
    static func read(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let day = day(text.prefix(10)) else { return nil }
        let midnight = Double(day.daysSince1970) * 86_400
        if bytes.count == 10 { return Date(timeIntervalSince1970: midnight) }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11...12]), let minute = number(bytes[14...15]), let second = number(bytes[17...18]),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }.prefix(9)
            guard !digits.isEmpty, let part = number(digits) else { return nil }
            fraction = Double(part) / pow(10, Double(digits.count))
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = Double(hour * 3_600 + minute * 60 + second - offset)
        return Date(timeIntervalSince1970: midnight + seconds + fraction)
    }

    /// `2026-05-31T12:00:00Z`, to the second.
    static func write(_ time: Date) -> String {
        let seconds = Int(time.timeIntervalSince1970.rounded(.down))
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - day * 86_400
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(CalendarDay(daysSince1970: day))T\(clock.joined(separator: ":"))Z"
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Seconds east of UTC: `Z`, `+02:00`, `-0530`.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.elementsEqual("Z".utf8) || bytes.elementsEqual("z".utf8) { return 0 }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Array(bytes.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 4, let hours = number(digits[0...1]), let minutes = number(digits[2...3]), hours < 24,
            minutes < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
