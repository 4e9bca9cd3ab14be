import Foundation
import Model

// Fields with a form of their own.
extension Fields {
    /// A whole number, as a number or as digits.
    func integer(_ name: String, _ range: ClosedRange<Int64>) throws -> Said<Int64> {
        guard let value = raw(name) else { return .nothing }
        let number: Int64?
        switch value {
        case .null: return .cleared
        case .integer(let integer): number = integer
        case .text(let text):
            let digits = text.trimmingBlanks()
            if digits.isEmpty { return .cleared }
            number = Int64(digits)
        default: number = nil
        }
        guard let number, range.contains(number) else {
            throw refusal(name, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .value(number)
    }

    /// True or false; a file writes true, false, yes, no, 1 or 0.
    func flag(_ name: String) throws -> Bool? {
        switch raw(name) {
        case nil, .null?: return nil
        case .flag(let flag)?: return flag
        case .text(let text)? where ["true", "yes", "1"].contains(text.lowercased()): return true
        case .text(let text)? where ["false", "no", "0"].contains(text.lowercased()): return false
        default: throw refusal(name, "expected true or false")
        }
    }

    /// RFC 3339, such as 2026-05-31T12:00:00Z; a day alone is its midnight in UTC.
    func time(_ name: String) throws -> Said<Date> {
        try text(name, atMost: 60).map { text in
            guard let time = Timestamp.read(text) else {
                throw refusal(name, "expected a time such as 2026-05-31T12:00:00Z, or a day such as 2026-05-31")
            }
            return time
        }
    }

    func day(_ name: String) throws -> Said<CalendarDay> {
        try text(name, atMost: 20).map { text in
            guard let day = CalendarDay(text) else { throw refusal(name, "expected a day such as 2026-05-31") }
            return day
        }
    }

    /// ISO 4217: three letters.
    func currency(_ name: String) throws -> String {
        let code = try needed(name, atMost: 10).uppercased()
        guard Money.isCurrency(code) else { throw refusal(name, "expected an ISO 4217 code such as EUR") }
        return code
    }

    /// An amount, as `NAME_minor` in minor units or as `NAME` in units of the currency; nil where it says neither.
    func money(_ name: String, currency: String) throws -> Int64? {
        if let minor = try integer(name + "_minor", -Self.mostMoney...Self.mostMoney).value { return minor }
        let text: String
        switch raw(name) {
        case nil, .null?: return nil
        case .integer(let number)?: text = String(number)
        case .number(let number)? where abs(number) < 1e12: text = "\(number)"
        case .text(let given)?: text = given.trimmingBlanks()
        default: throw refusal(name, "expected an amount such as 29.33")
        }
        if text.isEmpty { return nil }
        guard let money = Money(decimal: text, currency: currency), abs(money.minor) <= Self.mostMoney else {
            let digits = Money.digits(of: currency)
            throw refusal(name, "expected an amount such as 29.33, with at most \(digits) decimals for \(currency)")
        }
        return money.minor
    }

    /// The largest amount that is taken [minor units].
    private static let mostMoney: Int64 = 1_000_000_000_000_000

    /// ISO 3166-1, two letters.
    func country(_ name: String) throws -> Said<String> {
        try text(name, atMost: 10).map { text in
            let code = text.uppercased()
            guard code.utf8.count == 2, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
                throw refusal(name, "expected an ISO 3166-1 code of two letters, such as UA")
            }
            return code
        }
    }

    /// BCP 47, such as uk or pt-BR.
    func language(_ name: String) throws -> Said<String> {
        try text(name, atMost: 35).map { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            let isTag = parts.allSatisfy { part in
                (1...8).contains(part.utf8.count) && part.utf8.allSatisfy { UInt8.isLetterOrDigit($0) }
            }
            guard isTag, (2...8).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy({ $0 > 64 }) else {
                throw refusal(name, "expected a BCP 47 tag such as uk or pt-BR")
            }
            return text
        }
    }

    /// IANA, such as Europe/Kyiv.
    func timeZone(_ name: String) throws -> Said<String> {
        try text(name, atMost: 64).map { text in
            guard text == "UTC" || (text.contains("/") && TimeZone(identifier: text) != nil) else {
                throw refusal(name, "expected a time zone such as Europe/Kyiv")
            }
            return text
        }
    }
}

extension UInt8 {
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
