/// A decimal number as written, so that printing it gives the same number back: `mantissa` / 10^`scale`.
struct ExactNumber: Hashable, Sendable {
    let mantissa: Int64
    let scale: Int

    /// More digits than this do not fit a double exactly.
    static let mostDigits = 15

    /// Trailing zeros behind the point say nothing and are dropped.
    init(mantissa: Int64, scale: Int) {
        var (mantissa, scale) = (mantissa, scale)
        while scale > 0, mantissa % 10 == 0 { (mantissa, scale) = (mantissa / 10, scale - 1) }
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads digits with an optional fraction. Nil where there are more than 15 digits.
    init?(digits text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = String(parts.first ?? "") + fraction
        guard parts.count <= 2, digits.utf8.count <= ExactNumber.mostDigits, let mantissa = Int64(digits) else {
            return nil
        }
        self.init(mantissa: mantissa, scale: fraction.utf8.count)
    }

    var negated: ExactNumber { ExactNumber(mantissa: -mantissa, scale: scale) }

    /// The nearest double: both parts are exact doubles, so the division rounds once.
    var value: Double {
        var divisor = 1.0
        for _ in 0..<scale { divisor *= 10 }
        return Double(mantissa) / divisor
    }

    /// A hundredth of it: `-40` percent is `-0.4`.
    var hundredth: Double { ExactNumber(mantissa: mantissa, scale: scale + 2).value }

    /// The whole number that it is, if it is one.
    var whole: Int64? { scale == 0 ? mantissa : nil }
}

extension ExactNumber: CustomStringConvertible {
    var description: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}
