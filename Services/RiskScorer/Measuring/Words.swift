import Foundation

/// Numbers as a reader of reasons wants them.
enum Words {
    /// `0.617` is `62 %`; what is less than all is never `100 %`.
    static func percent(_ share: Double) -> String {
        let rounded = (share * 100).rounded()
        return "\(Int(share < 1 ? min(rounded, 99) : rounded)) %"
    }

    /// Whole from ten on, one decimal below, none if it is whole anyway.
    static func count(_ number: Double) -> String {
        number >= 10 || number == number.rounded()
            ? String(Int(number.rounded())) : String(format: "%.1f", number)
    }

    /// Two decimals at most, for numbers around 1.
    static func fraction(_ number: Double) -> String {
        number >= 10 ? count(number) : String(format: "%.2g", number)
    }

    static func days(_ days: Int) -> String { days == 1 ? "1 day" : "\(days) days" }

    /// From the age in days.
    static func ago(_ days: Double) -> String {
        if days < 1 { return days * 24 < 2 ? "within the last hours" : "\(Int(days * 24)) hours ago" }
        return "\(Self.days(Int(days))) ago"
    }
}
