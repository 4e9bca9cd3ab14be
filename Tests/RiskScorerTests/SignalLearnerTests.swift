// Over 200 lines: one simulator, and what is learned from it.
import Foundation
import Model
import Postgres
import Testing

@testable import RiskScorer
// Foundation has a type of that name.
@testable import struct RiskScorer.Measurement

/// What signals weigh is learned from losses: on a simulator that knows the truth.
struct SignalLearnerTests {
    private static let learner = SignalLearner(signals: Signal.all.map(\.name), expert: .expert)
    /// What was planted [log odds]; the others do nothing.
    private static let planted = ["usage_drop": 2.0, "dissatisfaction": 1.2, "cancel_page": 3.0]
    private static let horizon = Horizon.month

    /// Accounts over windows: each signal is unknown for one in five, off for three in five, else anything up to 1.
    private func simulate(
        accounts: Int, windows: Int, seed: UInt64, planted: [String: Double] = planted, base: Double = -3
    ) -> Snapshots {
        var random = Folds.SplitMix(seed)
        var snapshots = Snapshots(signals: Self.learner.signals)
        for window in 0..<windows {
            for account in 0..<accounts {
                let values = Self.learner.signals.map { _ -> Float in
                    let draw = Double.random(in: 0..<1, using: &random)
                    return draw < 0.2 ? .nan : draw < 0.8 ? 0 : Float.random(in: 0...1, using: &random)
                }
                let near = values[Self.learner.signals.firstIndex(of: "renewal_near") ?? 0]
                let alone = zip(Self.learner.signals, values).reduce(0.0) { sum, cell in
                    sum + (cell.1.isNaN ? 0 : (planted[cell.0] ?? 0) * Double(cell.1))
                }
                let logit = base + alone * (1 + (near.isNaN ? 0 : 0.5 * Double(near)))
                snapshots.rows.append(
                    Snapshots.Row(
                        account: Int64(account), asOf: CalendarDay(daysSince1970: 20_000 + window * 30), values: values,
                        isLost: [
                            Self.horizon: Double.random(in: 0..<1, using: &random) < SpecialFunctions.logistic(logit)
                        ]))
            }
        }
        return snapshots
    }

    @Test(arguments: [1, 2] as [UInt64]) func whatWasPlantedIsFoundAndNothingElse(_ seed: UInt64) {
        let snapshots = simulate(accounts: 1_500, windows: 4, seed: seed)
        let rows = snapshots.matured(Self.horizon)
        let model = Self.learner.learn(rows, Self.horizon)
        let errors = standardErrors(rows, model)
        #expect(errors.count == model.weights.count)
        for (signal, weight) in model.weights {
            let (truth, error) = (Self.planted[signal] ?? 0, errors[signal] ?? 0)
            #expect(weight >= 0)
            #expect(error > 0.1 && error < 0.5, "\(signal): \(error)")
            #expect(abs(weight - truth) < 3 * error, "\(signal): \(weight) ± \(error), planted \(truth)")
            // Found is what is more than chance: what was planted, and nothing else.
            #expect((weight > 3 * error) == (truth > 0), "\(signal): \(weight) ± \(error)")
        }
        #expect(abs(model.intercept + 3) < 0.6)
    }

    /// The values of a row as scoring gets them.
    private func measured(_ row: Snapshots.Row) -> [String: Measurement] {
        Dictionary(
            uniqueKeysWithValues: zip(Self.learner.signals, row.values).map { signal, value in
                let known = value.isNaN ? nil : Measurement(value: Double(value), evidence: JSONText("{}"))
                return (signal, known ?? Measurement(without: .noData))
            })
    }

    /// Of the weights, by the curvature of the likelihood where the model is.
    private func standardErrors(_ rows: [Snapshots.Row], _ model: RiskModel.Learned) -> [String: Double] {
        let examples = SignalLearner.Examples(rows, Self.horizon, Self.learner)
        let size = examples.design.values + 1
        // Beside the unit matrix, into which it is turned; periods that nobody is in have no curvature.
        var matrix = (0..<size).map { place in
            [Double](repeating: 0, count: size) + (0..<size).map { $0 == place ? 1 : 0 }
        }
        for place in 0..<size { matrix[place][place] = 1e-6 }
        for (row, logit) in Self.learner.logits(rows, model).enumerated() {
            let said = SpecialFunctions.logistic(logit)
            let values = examples.design.value[row * (size - 1)..<(row + 1) * (size - 1)] + [1]
            let used = values.enumerated().filter { $0.element != 0 }
            for (one, left) in used {
                for (other, right) in used { matrix[one][other] += said * (1 - said) * left * right }
            }
        }
        for place in 0..<size {
            let pivot = matrix[place][place]
            matrix[place] = matrix[place].map { $0 / pivot }
            for other in 0..<size where other != place && matrix[other][place] != 0 {
                let factor = matrix[other][place]
                for column in matrix[other].indices { matrix[other][column] -= factor * matrix[place][column] }
            }
        }
        return Dictionary(
            uniqueKeysWithValues: examples.places.enumerated().map { place, signal in
                (Self.learner.signals[signal], matrix[place][size + place].squareRoot())
            })
    }

    /// What speaks against a loss weighs nothing, and the others are what they are without it, not what they were beside it.
    @Test func whatSpeaksAgainstALossWeighsNothing() {
        let planted = ["usage_drop": 2.0, "dissatisfaction": -2.5]
        let rows = simulate(accounts: 1_500, windows: 3, seed: 31, planted: planted, base: -2).matured(Self.horizon)
        let model = Self.learner.learn(rows, Self.horizon)
        #expect(model.weights["dissatisfaction"] == 0 && (model.weights["usage_drop"] ?? 0) > 1)
        let said = Self.learner.logits(rows, model).map(SpecialFunctions.logistic).reduce(0, +)
        let lost = Double(rows.count { $0.isLost[Self.horizon] == true })
        #expect(abs(said - lost) < 0.01 * lost, "\(said) of \(lost)")
    }

    @Test func learnedWeightsAreUsedWhereTheyAreBetter() throws {
        let trial = Trial(simulate(accounts: 700, windows: 6, seed: 7), Self.horizon, Self.learner)
        #expect(trial.judged == 4 && trial.isPromoted)
        let (learned, expert) = (
            try #require(trial.judgement(trial.learned)), try #require(trial.judgement(trial.expert))
        )
        #expect(learned.logLoss < expert.logLoss)
        let slope = try #require(learned.slope)
        #expect(slope > 0.7 && slope < 1.3)
    }

    /// Where losses have nothing to do with signals, nothing is found: AUC is a half, and nothing is promoted that isn't better.
    @Test func labelsThatWereShuffledSayNothing() throws {
        var snapshots = simulate(accounts: 500, windows: 6, seed: 8)
        var random = Folds.SplitMix(9)
        let labels = snapshots.rows.map { $0.isLost[Self.horizon] ?? false }.shuffled(using: &random)
        snapshots.rows = zip(snapshots.rows, labels).map { row, label in
            Snapshots.Row(account: row.account, asOf: row.asOf, values: row.values, isLost: [Self.horizon: label])
        }
        let trial = Trial(snapshots, Self.horizon, Self.learner)
        let judgement = try #require(trial.judgement(trial.learned))
        #expect(abs(try #require(judgement.auc) - 0.5) < 2 * (try #require(judgement.aucError)))
    }

    @Test func fewLossesMoveTheBaseRateOnly() {
        let rows = simulate(accounts: 300, windows: 1, seed: 5, base: -4).matured(Self.horizon)
        let losses = rows.count { $0.isLost[Self.horizon] == true }
        #expect((SignalLearner.fewestForBase..<RiskLearner.fewest).contains(losses), "\(losses)")
        let model = Self.learner.learn(rows, Self.horizon)
        let expert = RiskModel.expert.parameters.weights
        #expect(model.weights == expert && model.periods.isEmpty)
        #expect(model.intercept != RiskModel.expert.intercept(Self.horizon))
        let said = Self.learner.logits(rows, model).map(SpecialFunctions.logistic).reduce(0, +)
        #expect(abs(said - Double(losses)) < 0.01, "as many are foretold as there were")
    }

    @Test(arguments: [0, 300]) func allAlikeKeepsWhatIsStated(_ lost: Int) {
        let rows = simulate(accounts: 300, windows: 1, seed: 5).rows.enumerated().map { place, row in
            Snapshots.Row(
                account: row.account, asOf: row.asOf, values: row.values, isLost: [Self.horizon: place < lost])
        }
        let model = Self.learner.learn(rows, Self.horizon)
        #expect(model.intercept == RiskModel.expert.intercept(Self.horizon))
        #expect(model.weights == RiskModel.expert.parameters.weights)
    }

    /// What trains ends before what is judged begins, and only what had ended by then is known.
    @Test func aWindowIsForetoldFromThoseThatHadEnded() {
        var snapshots = simulate(accounts: 400, windows: 3, seed: 11)
        // The outcome of the second window is not known on the third's day where the horizon is longer than the step.
        snapshots.rows = snapshots.rows.map { row in
            Snapshots.Row(
                account: row.account, asOf: row.asOf, values: row.values,
                isLost: [.quarter: row.isLost[Self.horizon] ?? false])
        }
        let trial = Trial(snapshots, .quarter, Self.learner)
        #expect(trial.judged == 0 && trial.asOf == nil && !trial.isPromoted)
    }

    /// Who has just begun leaves more often, whatever signals say: that moves where an account begins from, and no weight.
    @Test func theFirstMonthsAreTheirOwnBaseline() throws {
        var random = Folds.SplitMix(3)
        var snapshots = simulate(accounts: 1_500, windows: 4, seed: 3, base: -3.5)
        snapshots.rows = snapshots.rows.map { row in
            var row = row
            let days = [30, 200, 700, 2_000][Int(row.account) % 4]
            let leaves = days < 90 && Double.random(in: 0..<1, using: &random) < 0.15
            row = Snapshots.Row(
                account: row.account, asOf: row.asOf, values: row.values,
                isLost: row.isLost.mapValues { $0 || leaves })
            row.standing = Standing(kind: .contract, days: days)
            return row
        }
        let rows = snapshots.matured(Self.horizon)
        let model = Self.learner.learn(rows, Self.horizon)
        let periods = model.periods
        #expect(periods.count == Standing.periods)
        let others = periods.dropFirst()
        #expect(others.allSatisfy { periods[0] - $0 > 0.7 }, "\(periods)")
        #expect((others.max() ?? 0) - (others.min() ?? 0) < 0.6, "\(periods)")
        // As many are foretold of each as there were.
        for (period, days) in [30, 200, 700, 2_000].enumerated() {
            let part = rows.filter { $0.standing.period == period }
            let said = Self.learner.logits(part, model).map(SpecialFunctions.logistic).reduce(0, +)
            let lost = Double(part.count { $0.isLost[Self.horizon] == true })
            #expect(abs(said - lost) < 3 * lost.squareRoot() + 1, "\(days): \(said) of \(lost)")
        }
        let weight = try #require(model.weights["usage_drop"])
        #expect(abs(weight - 2) < 0.75)
    }

    /// Two signals that say more together than each alone are found, once there are losses enough, and used where later windows
    /// bear it out; where there is nothing to find nothing is used.
    @Test(arguments: [6.0, 0]) func whatTwoSignalsSayTogetherIsFound(_ together: Double) throws {
        var random = Folds.SplitMix(17)
        var snapshots = simulate(accounts: 1_500, windows: 6, seed: 21)
        let places = ["usage_drop", "dissatisfaction"].map { Self.learner.signals.firstIndex(of: $0) ?? 0 }
        snapshots.rows = snapshots.rows.map { row in
            // Three in ten have both, so that there is something to see.
            var values = row.values
            if Double.random(in: 0..<1, using: &random) < 0.3 {
                for place in places { values[place] = Float.random(in: 0.3...1, using: &random) }
            }
            let product = Double(values[places[0]] * values[places[1]])
            let alone = zip(Self.learner.signals, values).reduce(0.0) { sum, cell in
                sum + (cell.1.isNaN ? 0 : (Self.planted[cell.0] ?? 0) * Double(cell.1))
            }
            let near = values[Self.learner.signals.firstIndex(of: "renewal_near") ?? 0]
            let logit =
                -4 + (alone + (product.isNaN ? 0 : together * product)) * (1 + (near.isNaN ? 0 : 0.5 * Double(near)))
            return Snapshots.Row(
                account: row.account, asOf: row.asOf, values: values,
                isLost: [Self.horizon: Double.random(in: 0..<1, using: &random) < SpecialFunctions.logistic(logit)])
        }
        let trial = Trial(snapshots, Self.horizon, Self.learner)
        #expect(trial.isPromoted && trial.isChallengerPromoted == (together > 0))
        guard together > 0 else { return }
        let rows = snapshots.matured(Self.horizon)
        let model = try #require(Self.learner.learnBoth(rows, Self.horizon).challenger)
        let found = try #require(model.pairs.max { $0.weight < $1.weight })
        #expect(Set([found.first, found.second]) == ["usage_drop", "dissatisfaction"], "\(model.pairs)")
        #expect(abs(found.weight - together) < 2.5, "\(model.pairs)")
        // The score says the same, and each of the two has half of what they say together.
        var parameters = RiskModel.expert.parameters
        parameters.learned = ["contract-30": model]
        let used = RiskModel(name: "learned-test", parameters: parameters)
        for (row, logit) in zip(rows.prefix(300), Self.learner.logits(Array(rows.prefix(300)), model)) {
            let score = used.score(.month, measured(row), weights: [:], standing: row.standing, former: nil)
            #expect(abs(score.logit - logit) < 1e-6)
            #expect(score.contributions.reduce(score.intercept) { $0 + $1.logit } == score.logit)
            #expect(score.contributions.allSatisfy { $0.logit > 0 })
        }
        // From fewer losses it is not asked, however much there is to see.
        let first = rows.filter { $0.asOf == rows[0].asOf }
        let lost = first.filter { $0.isLost[Self.horizon] == true }.map(\.account)
        for (count, isAsked) in [(SignalLearner.fewestForPairs - 1, false), (SignalLearner.fewestForPairs, true)] {
            let left = Set(lost.dropFirst(count))
            let part = first.filter { !left.contains($0.account) }
            #expect(SignalLearner.lost(part, Self.horizon) == count)
            #expect((Self.learner.learnBoth(part, Self.horizon).challenger != nil) == isAsked)
        }
    }

    /// The model that is used says of an account what was learned, to the last digit.
    @Test func scoresAreWhatWasLearned() throws {
        var snapshots = simulate(accounts: 1_000, windows: 3, seed: 13)
        for place in snapshots.rows.indices {
            snapshots.rows[place].standing = Standing(kind: .contract, days: place % 1_500)
        }
        let rows = snapshots.matured(Self.horizon)
        let learned = Self.learner.learn(rows, Self.horizon)
        var parameters = RiskModel.expert.parameters
        parameters.learned = ["contract-30": learned]
        let model = RiskModel(name: "learned-test", parameters: parameters)
        let logits = Self.learner.logits(Array(rows.prefix(200)), learned)
        for (row, logit) in zip(rows, logits) {
            let score = model.score(.month, measured(row), weights: [:], standing: row.standing, former: nil)
            #expect(abs(score.logit - logit) < 1e-9)
            #expect(score.contributions.reduce(score.intercept) { $0 + $1.logit } == score.logit)
        }
    }
}
