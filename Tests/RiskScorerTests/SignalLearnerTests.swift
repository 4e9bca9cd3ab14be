import Foundation
import Model
import Postgres
import Testing

@testable import RiskScorer
// Foundation has a type of that name.
@testable import struct RiskScorer.Measurement

/// What signals weigh is learned from losses: on a simulator that knows the truth.
struct SignalLearnerTests {
    private static let learner = SignalLearner(signals: Signal.all.map(\.name), expert: .expert2)
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
        let model = Self.learner.learn(snapshots.matured(Self.horizon), Self.horizon)
        // With some 450 losses in 6,000 rows a weight's standard error is about 0.25.
        for (signal, weight) in model.weights {
            let truth = Self.planted[signal] ?? 0
            #expect(weight >= 0)
            #expect(abs(weight - truth) < 0.75, "\(signal): \(weight), planted \(truth)")
        }
        #expect(abs(model.intercept + 3) < 0.6)
        for (signal, gap) in model.unknown { #expect(abs(gap) < 0.5, "\(signal) unknown: \(gap)") }
    }

    @Test func learnedWeightsAreUsedWhereTheyAreBetter() throws {
        let trial = Trial(simulate(accounts: 700, windows: 6, seed: 7), Self.horizon, Self.learner)
        #expect(trial.judged == 4 && trial.isPromoted)
        let (learned, expert) = (try #require(trial.learned.judgement), try #require(trial.expert.judgement))
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
        let judgement = try #require(trial.learned.judgement)
        #expect(abs(try #require(judgement.auc) - 0.5) < 2 * (try #require(judgement.aucError)) + 0.02)
    }

    @Test func fewLossesMoveTheBaseRateOnly() {
        let rows = simulate(accounts: 300, windows: 1, seed: 5, base: -4).matured(Self.horizon)
        let losses = rows.count { $0.isLost[Self.horizon] == true }
        #expect((SignalLearner.fewestForBase..<RiskLearner.fewest).contains(losses), "\(losses)")
        let model = Self.learner.learn(rows, Self.horizon)
        let expert = RiskModel.expert2.parameters.weights
        #expect(model.weights == expert && model.unknown.isEmpty)
        #expect(model.intercept != RiskModel.expert2.intercept(Self.horizon))
        let said = Self.learner.logits(rows, model).map(SpecialFunctions.logistic).reduce(0, +)
        #expect(abs(said - Double(losses)) < 0.01, "as many are foretold as there were")
    }

    @Test(arguments: [0, 300]) func allAlikeKeepsWhatIsStated(_ lost: Int) {
        let rows = simulate(accounts: 300, windows: 1, seed: 5).rows.enumerated().map { place, row in
            Snapshots.Row(
                account: row.account, asOf: row.asOf, values: row.values, isLost: [Self.horizon: place < lost])
        }
        let model = Self.learner.learn(rows, Self.horizon)
        #expect(model.intercept == RiskModel.expert2.intercept(Self.horizon))
        #expect(model.weights == RiskModel.expert2.parameters.weights)
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

    /// The model that is used says of an account what was learned, to the last digit.
    @Test func scoresAreWhatWasLearned() throws {
        let snapshots = simulate(accounts: 1_000, windows: 3, seed: 13)
        let rows = snapshots.matured(Self.horizon)
        let learned = Self.learner.learn(rows, Self.horizon)
        let expert = RiskModel.expert2.parameters
        let model = RiskModel(
            name: "learned-test",
            parameters: .init(
                base: expert.base, weights: expert.weights, amplifiers: expert.amplifiers,
                otherWeight: expert.otherWeight,
                bands: expert.bands, learned: ["30": learned]))
        let logits = Self.learner.logits(Array(rows.prefix(200)), learned)
        for (row, logit) in zip(rows, logits) {
            let measured = Dictionary(
                uniqueKeysWithValues: zip(Self.learner.signals, row.values).map { signal, value in
                    (
                        signal,
                        value.isNaN
                            ? Measurement(without: .noData)
                            : Measurement(value: Double(value), evidence: JSONText("{}"))
                                ?? Measurement(without: .noData)
                    )
                })
            let score = model.score(.month, measured, weights: [:], former: nil)
            #expect(abs(score.logit - logit) < 1e-9)
            #expect(score.contributions.reduce(score.intercept) { $0 + $1.logit } == score.logit)
        }
    }
}
