import Foundation
import Model

// Fields with a form of their own, which are checked as they are read.
extension Fields {
    /// RFC 3339, such as 2026-05-31T12:00:00Z; a day alone is its midnight in UTC.
    func time(_ name: String) throws -> Said<Date> {
        try text(name).map { text in
            guard let time = Timestamp.read(text) else { throw refusal(name, "expected \(TextForm.time.expected)") }
            return time
        }
    }

    func day(_ name: String) throws -> Said<CalendarDay> {
        try text(name).map { text in
            guard let day = Timestamp.day(text) else {
                throw refusal(name, "expected \(TextForm.calendarDay.expected)")
            }
            return day
        }
    }

    /// ISO 4217: three letters.
    func currency(_ name: String) throws -> String {
        guard let code = text(name).value else {
            throw refusal(name, "is missing: expected \(TextForm.currency.expected)")
        }
        guard Money.isCurrency(code) else { throw refusal(name, "expected \(TextForm.currency.expected)") }
        return code
    }

    /// An amount, as `NAME_minor` in minor units or as `NAME` in units of the currency; nil where it says neither.
    func money(_ name: String, currency: String) throws -> Int64? {
        let minor = integer(name + "_minor").value
        guard let text = text(name).value else { return minor }
        guard minor == nil else {
            throw refusal(name, "stands beside \(name)_minor: expected one of the two")
        }
        guard let money = Money(decimal: text, currency: currency) else {
            let digits = Money.digits(of: currency)
            throw refusal(name, "expected an amount such as 29.33, with at most \(digits) decimals for \(currency)")
        }
        return money.minor
    }

    /// The largest amount that is taken in minor units [minor units].
    static let mostMoney: Int64 = 1_000_000_000_000_000

    /// ISO 3166-1, two letters.
    func country(_ name: String) throws -> Said<String> { try form(.country, name).map { $0.uppercased() } }

    /// BCP 47, such as uk or pt-BR.
    func language(_ name: String) throws -> Said<String> { try form(.language, name) }

    /// IANA, such as Europe/Kyiv.
    func timeZone(_ name: String) throws -> Said<String> { try form(.timeZone, name) }

    private func form(_ form: TextForm, _ name: String) throws -> Said<String> {
        try read(name, .form(form)).text(name)
    }
}

extension UInt8 {
    static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || isLetter(byte) }
}
