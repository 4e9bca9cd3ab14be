import Foundation

/// When customers buy again, and that they stop for good at a time nobody sees.
///
/// While active a customer buys at random at a rate of its own, gamma-distributed with shape `r` and rate `alpha`, per week.
/// After each purchase it drops out with a chance of its own, beta-distributed with `a` and `b`: after the repeat purchases
/// in BG/NBD (Fader, Hardie and Lee 2005), after the first one too in MBG/NBD (Batislam, Denizel and Filiztekin 2007), never
/// in NBD.
struct PurchaseModel: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case bgnbd, mbgnbd, nbd

        /// Whether a customer may drop out after its very first purchase.
        var shift: Double { self == .mbgnbd ? 1 : 0 }
    }

    let kind: Kind
    let r: Double
    let alpha: Double
    /// Not used in NBD.
    let a: Double
    let b: Double

    /// The chance that the customer has not dropped out. In BG/NBD it is 1 for everybody who bought once: rank customers by
    /// `expected`, never by this.
    func alive(_ customer: PurchaseSummary) -> Double {
        guard let odds = logOddsGone(customer) else { return 1 }
        return SpecialFunctions.logistic(-odds)
    }

    /// ln of the odds that it has dropped out; nil where it can't have.
    private func logOddsGone(_ customer: PurchaseSummary) -> Double? {
        let x = Double(customer.repeats)
        guard kind != .nbd, kind == .mbgnbd || customer.repeats > 0 else { return nil }
        return log(a) - log(b + x + kind.shift - 1)
            + (r + x) * (log(alpha + customer.age) - log(alpha + customer.recency))
    }

    /// How many purchases to expect in the next `weeks`.
    func expected(_ customer: PurchaseSummary, weeks: Double) -> Double {
        let x = Double(customer.repeats)
        if kind == .nbd { return (r + x) * weeks / (alpha + customer.age) }
        return unconditional(x: x, from: alpha + customer.age, weeks: weeks) * alive(customer)
    }

    /// How many purchases to expect of a customer who just bought for the first time.
    func expectedOfNew(weeks: Double) -> Double {
        kind == .nbd ? r * weeks / alpha : expected(PurchaseSummary(repeats: 0, recency: 0, age: 0), weeks: weeks)
    }

    /// Of a customer that is active after `x` repeats, where `from` is alpha plus its age: the published
    /// (a + b + x - 1)/(a - 1) · [1 - (from/(from + t))^(r + x) · ₂F₁(r + x, b + x; a + b + x - 1; t/(from + t))] with Euler's
    /// transformation, after which nothing in the series grows with x:
    /// 1 - (from/(from + t))^(a - 1) · ₂F₁(a - 1, a + b - 1 - r; a + b + x - 1; t/(from + t)). With one more in b and in
    /// the third place for MBG/NBD.
    private func unconditional(x: Double, from: Double, weeks: Double) -> Double {
        let beside = abs(a - 1)
        // The formula is 0/0 at a = 1 and smooth around it: between two points beside it the line is exact to 1e-9.
        if beside < 1e-5 {
            let (low, high) = (a - 1 - 2e-5, a - 1 + 2e-5)
            return (raw(x: x, from: from, weeks: weeks, less: low) + raw(x: x, from: from, weeks: weeks, less: high))
                / 2
        }
        return raw(x: x, from: from, weeks: weeks, less: a - 1)
    }

    /// - Parameter less: a - 1.
    private func raw(x: Double, from: Double, weeks: Double, less: Double) -> Double {
        let shift = kind.shift
        let third = less + b + x + shift
        let z = weeks / (from + weeks)
        let series = SpecialFunctions.hypergeometric(less, less + b + shift - r, third, z)
        return third / less * (1 - exp(less * log1p(-z)) * series)
    }
}
