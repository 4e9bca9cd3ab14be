/// An amount of money in integer minor units of an ISO 4217 currency, such as 4900 EUR for forty-nine euro.
package struct Money: Hashable, Codable, Sendable {
    package let minor: Int64
    package let currency: String

    /// Nil unless `currency` is a code of ISO 4217.
    package init?(minor: Int64, currency: String) {
        guard Money.isCurrency(currency) else { return nil }
        self.minor = minor
        self.currency = currency
    }

    package static func isCurrency(_ text: String) -> Bool {
        ISO.currencies.contains(text)
    }

    /// How many decimal digits the minor unit stands behind: 2 for most, 0 for JPY, 3 for KWD.
    package static func digits(of currency: String) -> Int {
        unusualDigits.first { $0.currencies.contains(currency) }?.digits ?? 2
    }

    /// A rate holds until there is a newer one, which who says rates by hand does once in a while; one that is older than
    /// this says nothing about today [days].
    package static let rateDays = 366

    /// The currencies whose minor unit is no hundredth. Source: ISO 4217 list one.
    package static let unusualDigits: [(digits: Int, currencies: [String])] = [
        (
            0,
            [
                "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
                "XOF", "XPF",
            ]
        ),
        (3, ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
        (4, ["CLF", "UYW"]),
    ]

    /// Reads a plain decimal such as `-12.5` in units of the currency. Nil where it is no number, has more decimals than
    /// the currency, or does not fit.
    package init?(decimal text: some StringProtocol, currency: String) {
        guard Money.isCurrency(currency) else { return nil }
        let digits = Money.digits(of: currency)
        let negative = text.hasPrefix("-")
        let parts = text.dropFirst(negative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        let whole = parts.first ?? ""
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || (parts.count == 2 && !fraction.isEmpty), !whole.isEmpty, fraction.count <= digits,
            (String(whole) + fraction).utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let padded = String(whole) + fraction + String(repeating: "0", count: digits - fraction.count)
        guard let minor = Int64(negative ? "-" + padded : padded) else { return nil }
        self.init(minor: minor, currency: currency)
    }
}

extension Money: CustomStringConvertible {
    /// As a person writes it: `49.00 EUR`, `-0.50 USD`, `1200 JPY`.
    package var description: String {
        let digits = Money.digits(of: currency)
        var text = String(minor.magnitude)
        guard digits > 0 else { return "\(minor < 0 ? "-" : "")\(text) \(currency)" }
        if text.count <= digits { text = String(repeating: "0", count: digits + 1 - text.count) + text }
        return "\(minor < 0 ? "-" : "")\(text.dropLast(digits)).\(text.suffix(digits)) \(currency)"
    }
}
