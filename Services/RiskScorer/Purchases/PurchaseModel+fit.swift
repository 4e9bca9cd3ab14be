import Foundation

extension PurchaseModel {
    struct Fit: Sendable {
        let model: PurchaseModel
        let logLikelihood: Double
        /// What whoever reads the figures must know; nil where there is nothing.
        let note: String?
    }

    enum FitError: Error, Equatable {
        case tooFew
    }

    /// The fewest customers, and the fewest of them that bought again.
    static let fewest = (customers: 10, repeaters: 3)
    /// Bounds of the parameters' logarithms: outside of them the likelihood is flat.
    static let bounds = -9.0...11.0
    /// By how much the two parameters of drop-out must raise the log-likelihood to be believed: half of the 95th percentile
    /// of χ² with two degrees of freedom.
    private static let worthDropOut = 2.996

    /// The most likely parameters. Where the purchases show no drop-out, as in shops whose customers come and go for years,
    /// BG/NBD has no maximum: then it is an NBD, and the note says so.
    static func fit(_ kind: Kind = .bgnbd, _ counts: PurchaseCounts) throws(FitError) -> Fit {
        let customers = counts.rows.reduce(0) { $0 + $1.count }
        let repeaters = counts.rows.reduce(0) { $0 + ($1.summary.repeats > 0 ? $1.count : 0) }
        guard customers >= Double(fewest.customers), repeaters >= Double(fewest.repeaters) else { throw .tooFew }
        let nbd = maximum(.nbd, counts)
        guard kind != .nbd else { return Fit(model: nbd.model, logLikelihood: nbd.logLikelihood, note: nil) }
        let full = maximum(kind, counts)
        let gain = full.logLikelihood - nbd.logLikelihood
        guard full.hasConverged, gain >= worthDropOut else {
            let title = kind == .bgnbd ? "BG/NBD" : "MBG/NBD"
            let why =
                gain < worthDropOut
                ? "the purchases show no drop-out (\(title) gains \(Self.short(max(0, gain))) of log-likelihood over NBD)"
                : "\(title) found no maximum within its bounds"
            return Fit(
                model: nbd.model, logLikelihood: nbd.logLikelihood,
                note: "\(why): NBD is used, in which every customer stays")
        }
        return Fit(model: full.model, logLikelihood: full.logLikelihood, note: nil)
    }

    private static func short(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func maximum(
        _ kind: Kind, _ counts: PurchaseCounts
    ) -> (model: PurchaseModel, logLikelihood: Double, hasConverged: Bool) {
        let likelihood = Likelihood(kind, counts)
        let total = counts.rows.reduce((age: 0.0, repeats: 0.0)) {
            ($0.age + $1.summary.age * $1.count, $0.repeats + Double($1.summary.repeats) * $1.count)
        }
        let rate = max(total.repeats, 1) / max(total.age, 1e-9)
        // One purchase at the mean rate, and an even chance to stay.
        let start = kind == .nbd ? [0, -log(rate)] : [0, -log(rate), 0, 0]
        let found = Minimizer.minimize(from: start.map { min(max($0, -8), 10) }, within: bounds) { point, gradient in
            let value = likelihood.value(point, &gradient)
            for i in gradient.indices { gradient[i] = -gradient[i] }
            return -value
        }
        let isInside = found.point.allSatisfy(bounds.contains)
        let p = found.point.map(exp)
        let model = PurchaseModel(
            kind: kind, r: p[0], alpha: p[1], a: kind == .nbd ? 0 : p[2], b: kind == .nbd ? 1 : p[3])
        var unused = found.point
        return (model, likelihood.value(found.point, &unused), found.hasConverged && isInside)
    }

    /// The log-likelihood of these parameters.
    func logLikelihood(_ counts: PurchaseCounts) -> Double {
        var gradient = [0.0, 0, 0, 0]
        let point = kind == .nbd ? [log(r), log(alpha)] : [log(r), log(alpha), log(a), log(b)]
        return Likelihood(kind, counts).value(point, &gradient)
    }

    /// The log-likelihood of counted customers, and its gradient, by the logarithms of the parameters.
    private struct Likelihood {
        private let kind: Kind
        private let rows: [Row]
        private let mostRepeats: Int

        private struct Row {
            let x: Int
            let recency: Double
            let age: Double
            let count: Double
        }

        init(_ kind: Kind, _ counts: PurchaseCounts) {
            self.kind = kind
            mostRepeats = counts.mostRepeats
            rows = counts.rows.map {
                Row(x: $0.summary.repeats, recency: $0.summary.recency, age: $0.summary.age, count: $0.count)
            }
        }

        /// What depends on the number of purchases alone, looked up by it.
        private struct Terms {
            var value = 0.0
            var byR = 0.0
            var byA = 0.0
            var byB = 0.0
            var logOdds = 0.0
            var oddsByB = 0.0
        }

        private func terms(_ r: Double, _ a: Double, _ b: Double) -> [Terms] {
            let (gammaR, psiR) = (SpecialFunctions.logGamma(r), SpecialFunctions.digamma(r))
            let hasDropOut = kind != .nbd
            let (gammaAB, psiAB) =
                hasDropOut ? (SpecialFunctions.logGamma(a + b), SpecialFunctions.digamma(a + b)) : (0, 0)
            let (gammaB, psiB) = hasDropOut ? (SpecialFunctions.logGamma(b), SpecialFunctions.digamma(b)) : (0, 0)
            let logA = log(a)
            return (0...mostRepeats).map { count in
                let x = Double(count)
                var terms = Terms()
                terms.value = SpecialFunctions.logGamma(r + x) - gammaR
                terms.byR = SpecialFunctions.digamma(r + x) - psiR
                guard hasDropOut else { return terms }
                let stayed = b + x + kind.shift
                let psiAll = SpecialFunctions.digamma(a + stayed)
                terms.value +=
                    gammaAB - gammaB + SpecialFunctions.logGamma(stayed) - SpecialFunctions.logGamma(a + stayed)
                terms.byA = psiAB - psiAll
                terms.byB = psiAB - psiB + SpecialFunctions.digamma(stayed) - psiAll
                terms.logOdds = logA - log(stayed - 1)
                terms.oddsByB = 1 / (stayed - 1)
                return terms
            }
        }

        func value(_ point: [Double], _ gradient: inout [Double]) -> Double {
            let (r, alpha) = (exp(point[0]), exp(point[1]))
            let (a, b) = kind == .nbd ? (1, 1) : (exp(point[2]), exp(point[3]))
            let terms = terms(r, a, b)
            let logAlpha = point[1]
            var (sum, byR, byAlpha, byA, byB) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for row in rows {
                let x = Double(row.x)
                let term = terms[row.x]
                let whole = alpha + row.age
                let logWhole = log(whole)
                var value = term.value + r * logAlpha - (r + x) * logWhole
                var rowByR = term.byR + logAlpha - logWhole
                var rowByAlpha = r / alpha - (r + x) / whole
                byA += row.count * term.byA
                byB += row.count * term.byB
                if kind == .mbgnbd || (kind == .bgnbd && row.x > 0) {
                    let part = alpha + row.recency
                    let longer = logWhole - log(part)
                    let odds = term.logOdds + (r + x) * longer
                    value += SpecialFunctions.softplus(odds)
                    let gone = SpecialFunctions.logistic(odds)
                    rowByR += gone * longer
                    rowByAlpha += gone * (r + x) * (1 / whole - 1 / part)
                    byA += row.count * gone / a
                    byB -= row.count * gone * term.oddsByB
                }
                sum += row.count * value
                byR += row.count * rowByR
                byAlpha += row.count * rowByAlpha
            }
            gradient[0] = byR * r
            gradient[1] = byAlpha * alpha
            if kind != .nbd {
                gradient[2] = byA * a
                gradient[3] = byB * b
            }
            return sum
        }
    }
}
