import Foundation

/// What a purchase of a customer is worth on average (Gamma-Gamma, Fader and Hardie 2013): purchases vary around the
/// customer's own mean with shape `p`; means vary between customers with shape `q` and scale `gamma`, in money.
struct SpendModel: Sendable, Equatable {
    let p: Double
    let q: Double
    let gamma: Double

    /// Purchases after the first with a mean above zero, and that mean.
    struct Spending: Sendable {
        let repeats: Int
        let mean: Double
    }

    /// The mean that is to be expected of a customer; the more it bought, the nearer to its own. Of one without repeats it is
    /// that of all. Nil where the tail is so heavy (p·x + q ≤ 1) that there is no mean.
    func expected(_ customer: Spending?) -> Double? {
        let x = customer.map { Double($0.repeats) } ?? 0
        guard p * x + q > 1 else { return nil }
        return p * (gamma + x * (customer?.mean ?? 0)) / (p * x + q - 1)
    }

    /// - Returns: the most likely parameters and their log-likelihood; nil where fewer than three customers bought again.
    static func fit(_ customers: [Spending]) -> (model: SpendModel, logLikelihood: Double, hasConverged: Bool)? {
        let known = customers.filter { $0.repeats > 0 && $0.mean > 0 }
        guard known.count >= 3 else { return nil }
        let mean = known.reduce(0) { $0 + $1.mean } / Double(known.count)
        // In units of the mean, so that the start and the steps don't depend on the currency.
        let scaled = known.map { Spending(repeats: $0.repeats, mean: $0.mean / mean) }
        let found = Minimizer.minimize(from: [1, 1, 0], within: PurchaseModel.bounds) { point, gradient in
            let value = logLikelihood(scaled, point, &gradient)
            for i in gradient.indices { gradient[i] = -gradient[i] }
            return -value
        }
        let p = found.point.map(exp)
        let model = SpendModel(p: p[0], q: p[1], gamma: p[2] * mean)
        return (model, model.logLikelihood(known), found.hasConverged)
    }

    func logLikelihood(_ customers: [Spending]) -> Double {
        var gradient = [0.0, 0, 0]
        return Self.logLikelihood(customers, [log(p), log(q), log(gamma)], &gradient)
    }

    private static func logLikelihood(_ customers: [Spending], _ point: [Double], _ gradient: inout [Double]) -> Double
    {
        let (p, q, gamma) = (exp(point[0]), exp(point[1]), exp(point[2]))
        let (gammaQ, psiQ) = (SpecialFunctions.logGamma(q), SpecialFunctions.digamma(q))
        var (sum, byP, byQ, byGamma) = (0.0, 0.0, 0.0, 0.0)
        for customer in customers {
            let (x, m) = (Double(customer.repeats), customer.mean)
            let all = p * x + q
            let whole = gamma + x * m
            let (logX, logM, logWhole) = (log(x), log(m), log(whole))
            let psiAll = SpecialFunctions.digamma(all)
            sum += SpecialFunctions.logGamma(all) - SpecialFunctions.logGamma(p * x) - gammaQ + q * point[2]
            sum += (p * x - 1) * logM + p * x * logX - all * logWhole
            byP += x * (psiAll - SpecialFunctions.digamma(p * x) + logM + logX - logWhole)
            byQ += psiAll - psiQ + point[2] - logWhole
            byGamma += q / gamma - all / whole
        }
        (gradient[0], gradient[1], gradient[2]) = (byP * p, byQ * q, byGamma * gamma)
        return sum
    }
}
