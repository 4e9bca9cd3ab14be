import Model

/// Amounts as shops send them. They are read as decimal digits, never as floating point; but shops add up in floating
/// point themselves, and then send 59.97000000000001.
enum OrderAmount {
    /// The largest amount that is taken [minor units].
    private static let most: Int64 = 1_000_000_000_000_000
    /// This many zeros or nines behind the currency's decimals are the dust of floating point.
    private static let dust = 6

    /// Nil for what is no amount of the currency: 19.995 EUR is none, and nobody knows which one it should be.
    static func money(_ text: String, currency: String) -> Money? {
        let text = text.trimmingBlanks()
        let digits = Money.digits(of: currency)
        guard let point = text.firstIndex(of: ".") else { return checked(Money(decimal: text, currency: currency)) }
        let decimals = text[text.index(after: point)...]
        let tail = decimals.dropFirst(digits)
        guard tail.utf8.allSatisfy({ (48...57).contains($0) }), !decimals.isEmpty else { return nil }
        let kept = digits == 0 ? String(text[..<point]) : "\(text[..<point]).\(decimals.prefix(digits))"
        guard let money = Money(decimal: kept, currency: currency) else { return nil }
        if tail.allSatisfy({ $0 == "0" }) { return checked(money) }
        guard tail.count >= dust else { return nil }
        if tail.prefix(dust).allSatisfy({ $0 == "0" }) { return checked(money) }
        guard tail.prefix(dust).allSatisfy({ $0 == "9" }) else { return nil }
        let step: Int64 = text.hasPrefix("-") ? -1 : 1
        let (minor, isOver) = money.minor.addingReportingOverflow(step)
        return isOver ? nil : checked(Money(minor: minor, currency: currency))
    }

    private static func checked(_ money: Money?) -> Money? {
        money.flatMap { $0.minor.magnitude <= UInt64(most) ? $0 : nil }
    }
}
