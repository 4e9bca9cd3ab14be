import Foundation

/// Learns the probability of a loss from rows whose outcome is known. How much it dares depends on how many losses it has
/// seen: of few it keeps to what experts think, of more it departs from that as far as the data carry, and of many it looks
/// for what two columns say together.
struct RiskLearner: Sendable {
    /// Fewer losses than this: expert weights alone, with a scale and an intercept that are fitted.
    static let fewest = 50
    /// From here on cross-validation decides how freely coefficients may move.
    static let enough = 200
    /// Precisions of a coefficient, the least free first. The first is for whom cross-validation would be a toss of coins.
    private static let precisions = [10.0, 3, 1, 0.3]

    let encoder: Encoder
    /// Columns of the encoder's design whose products stand behind them.
    let pairs: [(first: Int, second: Int)]
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
        let encoded = Encoded(table, rows: rows)
        let losses = min(rows.count { labels[$0] }, rows.count { !labels[$0] })
        let scale = points.map { Self.scale($0, labels, rows) } ?? 0
        let examples = TableExamples(table: table, labels: labels, offset: points.map { $0.map { $0 * scale } } ?? [])
        if losses < fewest, points != nil {
            var none = Design(switches: 0, onPerRow: 0, values: 0)
            for _ in 0..<table.count { none.append(on: [], values: []) }
            let level = examples.fit(none, rows, precision: 0)
            let still = LogisticRegression(
                intercept: level.intercept, coefficients: [], hasConverged: level.hasConverged
            ).widened(encoded.design.width)
            return RiskLearner(encoder: encoded.encoder, pairs: [], model: still, scale: scale, precision: .infinity)
        }
        let precision = losses < enough ? precisions[0] : best(examples, rows, seed)
        let alone = examples.fit(encoded.design, rows, precision: precision)
        let pairs =
            losses < fewestForPairs
            ? [] : pairs(examples, rows, encoded, alone: alone, precision: precision, seed: seed)
        let model =
            pairs.isEmpty
            ? alone
            : examples.fit(
                encoded.design.crossed(pairs), rows, precision: precision, from: alone.widened(pairs.count))
        return RiskLearner(encoder: encoded.encoder, pairs: pairs, model: model, scale: scale, precision: precision)
    }

    /// What a point is worth, at least nothing; believed to be about half a logit.
    private static func scale(_ points: [Double], _ labels: [Bool], _ rows: [Int]) -> Double {
        var design = Design(switches: 0, onPerRow: 0, values: 1)
        for point in points { design.append(on: [], values: [point]) }
        let fit = LogisticRegression.fit(
            design, labels: labels, rows: rows, prior: .init(means: [0.5], precisions: [4]))
        return max(0.01, fit.coefficients[0])
    }

    /// The precision with the lowest log loss in parts.
    private static func best(_ examples: TableExamples, _ rows: [Int], _ seed: UInt64) -> Double {
        var losses = [Double](repeating: 0, count: precisions.count)
        for part in examples.parts(of: rows, seed: seed) {
            let design = Encoded(examples.table, rows: part.training).design
            var model: LogisticRegression?
            for (number, precision) in precisions.enumerated() {
                let next = examples.fit(design, part.training, precision: precision, from: model, tolerance: 1e-5)
                model = next
                losses[number] += part.judged.reduce(0) { $0 + examples.loss(next, design, $1) }
            }
        }
        let least = losses.indices.min { losses[$0] < losses[$1] } ?? 0
        return precisions[least]
    }

    /// Columns of the table that say more together than each alone.
    var pairedColumns: [(Int, Int)] {
        let sources = encoder.sources
        return pairs.map { (min(sources[$0.first], sources[$0.second]), max(sources[$0.first], sources[$0.second])) }
    }

    /// The probability of each row of a table with the columns that were learnt from.
    func probabilities(_ table: Table, points: [Double]? = nil) -> [Double] {
        let design = encoder.design(table).crossed(pairs)
        return (0..<table.count).map { row in
            SpecialFunctions.logistic(model.logit(design, row, offset: (points?[row] ?? 0) * scale))
        }
    }
}

/// A table's design by the rows to learn from.
struct Encoded: Sendable {
    let encoder: Encoder
    let design: Design

    init(_ table: Table, rows: [Int]) {
        encoder = Encoder(table, rows: rows)
        design = encoder.design(table)
    }
}

/// A table with what became of its rows and what experts say of them.
struct TableExamples: Sendable {
    private static let parts = 5

    let table: Table
    let labels: [Bool]
    /// Of each row [logits]; empty is none.
    let offset: [Double]

    /// Rows in parts, each with those that it is foretold from.
    func parts(of rows: [Int], seed: UInt64) -> [(training: [Int], judged: [Int])] {
        let part = Folds.stratified(rows.map { labels[$0] }, Self.parts, seed: seed)
        return (0..<Self.parts).map { number in
            (
                rows.indices.filter { part[$0] != number }.map { rows[$0] },
                rows.indices.filter { part[$0] == number }.map { rows[$0] }
            )
        }
    }

    func fit(
        _ design: Design, _ rows: [Int], precision: Double, from start: LogisticRegression? = nil,
        tolerance: Double = 1e-8
    ) -> LogisticRegression {
        let zeros = [Double](repeating: 0, count: design.width)
        return LogisticRegression.fit(
            design, labels: labels, rows: rows,
            prior: .init(means: zeros, precisions: zeros.map { _ in precision }), offset: offset, from: start,
            tolerance: tolerance)
    }

    func logit(_ model: LogisticRegression, _ design: Design, _ row: Int) -> Double {
        model.logit(design, row, offset: offset.isEmpty ? 0 : offset[row])
    }

    /// Log loss of a row.
    func loss(_ model: LogisticRegression, _ design: Design, _ row: Int) -> Double {
        let z = logit(model, design, row)
        return SpecialFunctions.softplus(z) - (labels[row] ? z : 0)
    }
}
