import Foundation

/// Learns the probability of a loss from rows whose outcome is known. How much it dares depends on how many losses it has
/// seen: of few it keeps to what experts think, of more it departs from that as far as the data carry.
struct RiskLearner: Sendable {
    /// Fewer losses than this: expert weights alone, with a scale and an intercept that are fitted.
    static let fewest = 50
    /// From here on cross-validation decides how freely coefficients may move.
    static let enough = 200
    /// Precisions of a coefficient, the least free first. The first is for whom cross-validation would be a toss of coins.
    private static let precisions = [10.0, 3, 1, 0.3]

    let encoder: Encoder
    let model: LogisticRegression
    /// What a point of the experts weighs [logits].
    let scale: Double
    let precision: Double

    /// - Parameters:
    ///   - points: of the experts, for each row of the table; nil is none.
    ///   - seed: of the parts of the cross-validation.
    static func learn(
        _ table: Table, labels: [Bool], rows: [Int], points: [Double]? = nil, seed: UInt64
    ) -> RiskLearner {
        let encoder = Encoder(table, rows: rows)
        let design = encoder.design(table)
        let losses = min(rows.count { labels[$0] }, rows.count { !labels[$0] })
        let scale = points.map { Self.scale($0, labels, rows) } ?? 0
        let offset = points.map { $0.map { $0 * scale } } ?? []
        if losses < fewest, points != nil {
            var none = Design(switches: 0, onPerRow: 0, values: 0)
            for _ in 0..<table.count { none.append(on: [], values: []) }
            let level = fit(none, labels, rows, offset, precision: 0)
            let still = LogisticRegression(
                intercept: level.intercept, coefficients: [Double](repeating: 0, count: design.width),
                hasConverged: level.hasConverged)
            return RiskLearner(encoder: encoder, model: still, scale: scale, precision: .infinity)
        }
        let precision =
            losses < enough ? precisions[0] : best(table, labels, rows, offset, seed)
        return RiskLearner(
            encoder: encoder, model: fit(design, labels, rows, offset, precision: precision), scale: scale,
            precision: precision)
    }

    private static func fit(
        _ design: Design, _ labels: [Bool], _ rows: [Int], _ offset: [Double], precision: Double,
        from start: LogisticRegression? = nil, tolerance: Double = 1e-8
    ) -> LogisticRegression {
        let zeros = [Double](repeating: 0, count: design.width)
        return LogisticRegression.fit(
            design, labels: labels, rows: rows,
            prior: .init(means: zeros, precisions: zeros.map { _ in precision }), offset: offset, from: start,
            tolerance: tolerance)
    }

    /// What a point is worth, at least nothing; believed to be about half a logit.
    private static func scale(_ points: [Double], _ labels: [Bool], _ rows: [Int]) -> Double {
        var design = Design(switches: 0, onPerRow: 0, values: 1)
        for point in points { design.append(on: [], values: [point]) }
        let fit = LogisticRegression.fit(
            design, labels: labels, rows: rows, prior: .init(means: [0.5], precisions: [4]))
        return max(0.01, fit.coefficients[0])
    }

    /// The precision with the lowest log loss in five parts.
    private static func best(
        _ table: Table, _ labels: [Bool], _ rows: [Int], _ offset: [Double], _ seed: UInt64
    ) -> Double {
        let parts = Folds.stratified(rows.map { labels[$0] }, 5, seed: seed)
        var losses = [Double](repeating: 0, count: precisions.count)
        for part in 0..<5 {
            let training = rows.indices.filter { parts[$0] != part }.map { rows[$0] }
            let encoder = Encoder(table, rows: training)
            let design = encoder.design(table)
            var model: LogisticRegression?
            for (number, precision) in precisions.enumerated() {
                let next = fit(design, labels, training, offset, precision: precision, from: model, tolerance: 1e-5)
                model = next
                for place in rows.indices where parts[place] == part {
                    let row = rows[place]
                    let z = next.logit(design, row, offset: offset.isEmpty ? 0 : offset[row])
                    losses[number] += SpecialFunctions.softplus(z) - (labels[row] ? z : 0)
                }
            }
        }
        let least = losses.indices.min { losses[$0] < losses[$1] } ?? 0
        return precisions[least]
    }

    /// The probability of each row of a table with the columns that were learnt from.
    func probabilities(_ table: Table, points: [Double]? = nil) -> [Double] {
        let design = encoder.design(table)
        return (0..<table.count).map { row in
            SpecialFunctions.logistic(model.logit(design, row, offset: (points?[row] ?? 0) * scale))
        }
    }
}
