import Foundation
import Model

/// Numbers and times as people read them.
enum Words {
    /// `4,900.00 EUR`; nothing where there is no amount.
    static func money(_ minor: Int64?, _ currency: String?) -> String {
        guard let minor, let currency, let money = Money(minor: minor, currency: currency) else { return "" }
        let parts = money.description.split(separator: " ")
        guard let amount = parts.first else { return "" }
        let sides = amount.split(separator: ".")
        let isNegative = sides[0].hasPrefix("-")
        let whole = grouped(String(sides[0].drop { $0 == "-" }))
        let fraction = sides.count == 2 ? "." + sides[1] : ""
        return "\(isNegative ? "−" : "")\(whole)\(fraction) \(currency)"
    }

    /// `12,345`.
    static func count(_ number: Int64) -> String { grouped(String(number)) }

    private static func grouped(_ digits: String) -> String {
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return ([rest] + groups).joined(separator: ",")
    }

    /// 2026-05-31, in UTC.
    static func day(_ time: Date) -> String { String(Timestamp.write(time).prefix(10)) }

    /// 2026-05-31 14:05, in UTC.
    static func minute(_ time: Date) -> String {
        String(Timestamp.write(time).prefix(16)).replacing("T", with: " ")
    }

    /// 37 for 0.371; 1 % is the least that is shown for what is not 0, and 99 % the most for what is not certain.
    static func percent(_ probability: Double) -> Int {
        if probability <= 0 { return 0 }
        if probability >= 1 { return 100 }
        return min(99, max(1, Int((probability * 100).rounded())))
    }
}
