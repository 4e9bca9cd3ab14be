import Foundation
import Model

/// Learns what signals weigh from who was lost. It begins from the experts' weights and departs from them as far as the losses
/// carry: below 50 only the base rate is fitted, below 200 each weight is held to the experts' firmly, from then on as
/// firmly as cross-validation finds best. No signal weighs less than nothing, so that no reason contradicts its signal.
struct SignalLearner: Sendable {
    /// Fewer losses than this don't tell a base rate.
    static let fewestForBase = 5
    /// How firmly weights are held to the experts', the firmest first [precision].
    private static let precisions = [100.0, 30, 10, 3, 1]
    private static let parts = 5

    let signals: [String]
    let expert: RiskModel

    /// - Parameter rows: with a known outcome within the horizon.
    func learn(_ rows: [Snapshots.Row], _ horizon: Horizon) -> RiskModel.Learned {
        learn(Examples(rows, horizon, self), horizon, precision(rows, horizon))
    }

    /// Nil where there are too few losses for weights.
    func precision(_ rows: [Snapshots.Row], _ horizon: Horizon) -> Double? {
        let losses = min(Self.lost(rows, horizon), rows.count { $0.isLost[horizon] == false })
        return losses < RiskLearner.fewest ? nil : losses < RiskLearner.enough ? 10 : best(rows, horizon)
    }

    /// How many accounts were lost: windows overlap, so that one loss is foretold from several.
    static func lost(_ rows: [Snapshots.Row], _ horizon: Horizon) -> Int {
        Set(rows.lazy.filter { $0.isLost[horizon] == true }.map(\.account)).count
    }

    /// The experts' weights with the base rate of the rows.
    func calibrated(_ rows: [Snapshots.Row], _ horizon: Horizon) -> RiskModel.Learned {
        learn(Examples(rows, horizon, self), horizon, nil)
    }

    // MARK: Rows

    /// Rows as a design: of each signal its value, 0 where it is not known, with what a renewal near makes of it; then in which
    /// period the account is. Whether a signal is known is none of it: that would tell shops from
    /// subscribers, and who connected a source from who didn't.
    struct Examples: Sendable {
        let design: Design
        let labels: [Bool]
        let kind: Standing.Kind
        /// Places of the signals among those of a row; an amplifier is none.
        let places: [Int]
        /// Pairs of signals whose product stands behind the signals.
        let pairs: [(Int, Int)]
        var losses: Int { labels.count { $0 } }

        init(
            _ rows: [Snapshots.Row], _ horizon: Horizon, _ learner: SignalLearner, pairs: [(Int, Int)] = []
        ) {
            let amplifiers = learner.signals.indices.compactMap { place in
                learner.expert.parameters.amplifiers[learner.signals[place]].map { (place, $0) }
            }
            let places = learner.signals.indices.filter {
                learner.expert.parameters.amplifiers[learner.signals[$0]] == nil
            }
            var design = Design(switches: 0, onPerRow: 0, values: places.count + pairs.count + Standing.periods)
            for row in rows {
                let near = amplifiers.reduce(1.0) { factor, amplifier in
                    let value = row.values[amplifier.0]
                    return factor + (value.isNaN ? 0 : amplifier.1 * Double(value))
                }
                design.append(
                    on: [],
                    values: places.map { row.values[$0].isNaN ? 0 : Double(row.values[$0]) * near }
                        + pairs.map { first, second in
                            let product = Double(row.values[first] * row.values[second])
                            return product.isNaN ? 0 : product * near
                        }
                        + (0..<Standing.periods).map { row.standing.period == $0 ? 1 : 0 })
            }
            self.design = design
            labels = rows.map { $0.isLost[horizon] ?? false }
            kind = rows.first?.standing.kind ?? .contract
            self.places = places
            self.pairs = pairs
        }
    }

    // MARK: Fit

    /// - Parameter precision: nil keeps the weights and fits the base rate alone.
    func learn(_ examples: Examples, _ horizon: Horizon, _ precision: Double?) -> RiskModel.Learned {
        let periods = expert.periods(examples.kind, horizon)
        let means =
            examples.places.map { weight($0) } + [Double](repeating: 0, count: examples.pairs.count)
            + (periods ?? [Double](repeating: 0, count: Standing.periods))
        let kept = { (intercept: Double) in
            RiskModel.Learned(
                intercept: intercept,
                weights: Dictionary(uniqueKeysWithValues: examples.places.map { (signals[$0], weight($0)) }),
                periods: periods ?? [])
        }
        guard examples.losses >= Self.fewestForBase, examples.losses < examples.labels.count else {
            return kept(expert.base(horizon, examples.kind))
        }
        guard let precision else {
            var level = Design(switches: 0, onPerRow: 0, values: 0)
            for _ in examples.labels { level.append(on: [], values: []) }
            let offset = examples.labels.indices.map { row in
                means.indices.reduce(0.0) { $0 + means[$1] * examples.design.value[row * means.count + $1] }
            }
            return kept(
                LogisticRegression.fit(
                    level, labels: examples.labels, rows: Array(examples.labels.indices),
                    prior: .init(means: [], precisions: []), offset: offset
                ).intercept)
        }
        let model = nonNegative(examples, means, precision)
        let weights = model.coefficients.prefix(examples.places.count)
        return RiskModel.Learned(
            intercept: model.intercept,
            weights: Dictionary(uniqueKeysWithValues: zip(examples.places, weights).map { (signals[$0], max(0, $1)) }),
            periods: Array(model.coefficients.suffix(Standing.periods)),
            pairs: zip(examples.pairs, model.coefficients.dropFirst(examples.places.count)).map { pair, weight in
                .init(first: signals[pair.0], second: signals[pair.1], weight: max(0, weight))
            })
    }

    private func weight(_ place: Int) -> Double {
        expert.parameters.weights[signals[place]] ?? expert.parameters.otherWeight
    }

    /// The fit in which what would weigh less than nothing weighs nothing: those are held at 0, and the others fitted anew.
    private func nonNegative(_ examples: Examples, _ means: [Double], _ precision: Double) -> LogisticRegression {
        let rows = Array(examples.labels.indices)
        var (means, precisions) = (means, means.map { _ in precision })
        var model: LogisticRegression?
        let signed = 0..<examples.places.count + examples.pairs.count
        for _ in signed {
            let fit = LogisticRegression.fit(
                examples.design, labels: examples.labels, rows: rows,
                prior: .init(means: means, precisions: precisions),
                from: model)
            model = fit
            let below = signed.filter { fit.coefficients[$0] < 0 && precisions[$0] < 1e8 }
            if below.isEmpty { break }
            for place in below { (means[place], precisions[place]) = (0, 1e8) }
        }
        return model ?? LogisticRegression(intercept: 0, coefficients: means, hasConverged: false)
    }

    /// The precision with the least log loss in parts; all rows of an account are in one, for they are alike.
    private func best(_ rows: [Snapshots.Row], _ horizon: Horizon) -> Double {
        let accounts = Set(rows.map(\.account)).sorted()
        var random = Folds.SplitMix(42)
        let shuffled = accounts.shuffled(using: &random)
        let part = Dictionary(uniqueKeysWithValues: shuffled.enumerated().map { ($1, $0 % Self.parts) })
        var losses = [Double](repeating: 0, count: Self.precisions.count)
        for number in 0..<Self.parts {
            let training = Examples(rows.filter { part[$0.account] != number }, horizon, self)
            let judged = rows.filter { part[$0.account] == number }
            for (place, precision) in Self.precisions.enumerated() {
                let learned = learn(training, horizon, precision)
                losses[place] += zip(logits(judged, learned), judged).reduce(0) { sum, row in
                    sum + SpecialFunctions.softplus(row.0) - (row.1.isLost[horizon] == true ? row.0 : 0)
                }
            }
        }
        return Self.precisions[losses.indices.min { losses[$0] < losses[$1] } ?? 0]
    }

    /// What a model says of rows: the same as `RiskModel.score`.
    func logits(_ rows: [Snapshots.Row], _ learned: RiskModel.Learned) -> [Double] {
        let weights = signals.map { learned.weights[$0] ?? 0 }
        let amplifiers = signals.map { expert.parameters.amplifiers[$0] ?? 0 }
        let pairs = learned.pairs.compactMap { pair in
            signals.firstIndex(of: pair.first).flatMap { first in
                signals.firstIndex(of: pair.second).map { (first, $0, pair.weight) }
            }
        }
        return rows.map { row in
            var (alone, near) = (0.0, 1.0)
            for (place, value) in row.values.enumerated() where !value.isNaN {
                if amplifiers[place] > 0 {
                    near += amplifiers[place] * Double(value)
                } else {
                    alone += weights[place] * Double(value)
                }
            }
            for (first, second, weight) in pairs {
                let product = Double(row.values[first] * row.values[second])
                if !product.isNaN { alone += weight * product }
            }
            return learned.intercept(row.standing.period) + alone * near
        }
    }
}
