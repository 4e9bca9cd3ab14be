import Foundation

/// Functions of a real variable that Foundation lacks, or has with a global state.
enum SpecialFunctions {
    /// ln |Γ(x)|.
    static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

    /// ψ(x), the derivative of ln Γ, for x > 0: by the recurrence ψ(x) = ψ(x + 1) - 1/x up to 10, then by the asymptotic
    /// series (Abramowitz and Stegun 6.3.18). Relative error below 1e-14 away from its zero.
    static func digamma(_ x: Double) -> Double {
        var (x, shift) = (x, 0.0)
        while x < 10 {
            shift -= 1 / x
            x += 1
        }
        let y = 1 / (x * x)
        let series = y * (1 / 12.0 - y * (1 / 120.0 - y * (1 / 252.0 - y * (1 / 240.0 - y * (1 / 132.0)))))
        return shift + log(x) - 0.5 / x - series
    }

    /// The most terms of a series; more are not needed for z below 0.9999.
    private static let mostTerms = 200_000

    /// Gauss' hypergeometric function ₂F₁(a, b; c; z) by its series, for 0 ≤ z < 1 and c no whole number below 1. Each term
    /// follows from the one before, so that no factor grows with a, b or c.
    static func hypergeometric(_ a: Double, _ b: Double, _ c: Double, _ z: Double) -> Double {
        var (sum, term, n) = (1.0, 1.0, 0.0)
        for _ in 0..<mostTerms {
            let ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z
            term *= ratio
            sum += term
            n += 1
            // Where terms shrink, what is left is at most a geometric series.
            if term == 0 { break }
            if abs(ratio) < 1, abs(term) <= 1e-16 * abs(sum) * (1 - abs(ratio)) { break }
        }
        return sum
    }

    /// ln(1 + eˣ), without overflow.
    static func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }

    /// 1 / (1 + e⁻ˣ).
    static func logistic(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + exp(-x)) }
        let e = exp(x)
        return e / (1 + e)
    }
}
