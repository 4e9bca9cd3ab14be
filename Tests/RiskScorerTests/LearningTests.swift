import Foundation
import Testing

@testable import RiskScorer

/// Learning from a table, and judging what was learnt.
@Suite struct LearningTests {
    private func table(_ numbers: [[Double?]]) -> Table {
        Table(
            columns: numbers.enumerated().map { Table.Column(name: "n\($0)", cells: .numbers($1)) },
            count: numbers.first?.count ?? 0)
    }

    @Test func aRegressionOfOneSwitchIsTheLogOddsOfBothSides() {
        // 30 of 40 with it are lost, 20 of 60 without it.
        let on = (0..<100).map { $0 < 40 }
        let labels = (0..<100).map { $0 < 30 || ($0 >= 40 && $0 < 60) }
        var design = Design(switches: 1, onPerRow: 1, values: 0)
        for isOn in on { design.append(on: [isOn ? 0 : -1], values: []) }
        let fit = LogisticRegression.fit(
            design, labels: labels, rows: Array(0..<100), prior: .init(means: [0], precisions: [0]))
        #expect(fit.hasConverged)
        #expect(abs(fit.intercept - log(20.0 / 40)) < 1e-6)
        #expect(abs(fit.coefficients[0] - (log(3) - log(0.5))) < 1e-6)
        // Beliefs hold it: with all precision it stays where it was believed to be.
        let held = LogisticRegression.fit(
            design, labels: labels, rows: Array(0..<100), prior: .init(means: [0.7], precisions: [1e12]))
        #expect(abs(held.coefficients[0] - 0.7) < 1e-6)
    }

    @Test func whatCanBeToldApartWhollyAndWhatCanNotAtAllStayFinite() {
        var design = Design(switches: 0, onPerRow: 0, values: 1)
        for number in 0..<20 { design.append(on: [], values: [Double(number) - 9.5]) }
        for labels in [(0..<20).map { $0 > 9 }, Array(repeating: true, count: 20), Array(repeating: false, count: 20)] {
            let fit = LogisticRegression.fit(
                design, labels: labels, rows: Array(0..<20), prior: .init(means: [0], precisions: [1]))
            #expect(fit.intercept.isFinite && fit.coefficients[0].isFinite)
            #expect((0...1).contains(SpecialFunctions.logistic(fit.logit(design, 3))))
        }
    }

    @Test func areaCountsTiesHalf() {
        #expect(Judgement([0.9, 0.8, 0.3, 0.2], [true, true, false, false]).auc == 1)
        #expect(Judgement([0.1, 0.8, 0.3, 0.9], [true, false, true, false]).auc == 0)
        #expect(Judgement([0.5, 0.5, 0.5], [true, false, false]).auc == 0.5)
        // Three losses against two: of six pairs four won, one tied.
        let judged = Judgement([0.7, 0.5, 0.2, 0.5, 0.1], [true, true, true, false, false])
        #expect(judged.auc == (4 + 0.5) / 6)
        #expect(Judgement([0.5], [true]).auc == nil)
    }

    @Test func calibrationTellsTooSureAndTooMany() {
        var random = Folds.SplitMix(3)
        let logits = (0..<20_000).map { _ in Double.random(in: -3...3, using: &random) }
        let labels = logits.map { Double.random(in: 0..<1, using: &random) < SpecialFunctions.logistic($0) }
        let right = Judgement(logits.map(SpecialFunctions.logistic), labels)
        #expect(abs((right.slope ?? 0) - 1) < 0.05 && abs(right.intercept ?? 9) < 0.05)
        let sure = Judgement(logits.map { SpecialFunctions.logistic(2 * $0) }, labels)
        #expect(abs((sure.slope ?? 0) - 0.5) < 0.03)
        let many = Judgement(logits.map { SpecialFunctions.logistic($0 + 1) }, labels)
        #expect(abs((many.intercept ?? 9) + 1) < 0.06)
        #expect(right.reliability.count == 10 && right.reliability.allSatisfy { abs($0.said - $0.happened) < 0.04 })
        #expect(right.logLoss < sure.logLoss && right.brier < many.brier)
    }

    @Test func nothingIsReadOfRowsThatAreNotLearntFrom() {
        var random = Folds.SplitMix(11)
        let known = (0..<200).map { _ in Double.random(in: 0...1, using: &random) }
        let one = Encoder(table([known + [0.5, 0.5]]), rows: Array(0..<200))
        let other = Encoder(table([known + [1e9, -1e9]]), rows: Array(0..<200))
        guard case .numbers(let ends, let mean, let deviation) = one.rules[0],
            case .numbers(let otherEnds, let otherMean, let otherDeviation) = other.rules[0]
        else {
            Issue.record("a column of numbers")
            return
        }
        #expect(ends == otherEnds && mean == otherMean && deviation == otherDeviation && ends.count == 9)
        // A word that stands only there is as any rare one.
        let words = Table(
            columns: [Table.Column(name: "w", cells: .words(["a", "b", "c"]))], count: 3)
        guard case .words(let found) = Encoder(words, rows: [0, 1]).rules[0] else {
            Issue.record("a column of words")
            return
        }
        #expect(found == ["a": 2, "b": 3])
        #expect(Encoder(words, rows: [0, 1]).design(words).cells(2).map(\.column) == [1])
    }

    /// More than two standard errors of the sum.
    @Test func aGainIsMoreThanChance() {
        let noise = (0..<1_000).map { $0 % 2 == 0 ? 0.1 : -0.1 }
        #expect(Judgement.isBeyondChance(noise.map { $0 + 0.0065 }))
        #expect(!Judgement.isBeyondChance(noise.map { $0 + 0.0061 }))
        #expect(!Judgement.isBeyondChance(noise.map { $0 - 0.0065 }) && !Judgement.isBeyondChance([Double]()))
    }

    @Test func equalValuesStayTogetherAndRareOnesMakeNoBin() {
        let encoder = Encoder(
            table([(0..<100).map { $0 < 90 ? 1 : Double($0) }, (0..<100).map { _ in 4 }]), rows: Array(0..<100))
        guard case .numbers(let ends, _, _) = encoder.rules[0],
            case .numbers(let none, _, let deviation) = encoder.rules[1]
        else { return }
        #expect(ends == [1, 90] || ends == [1])
        #expect(none.isEmpty && deviation == 1, "no variance is no bin and no division by nothing")
    }

    @Test func shuffledLabelsAreNotForetold() {
        var random = Folds.SplitMix(5)
        let columns: [[Double?]] = (0..<4).map { _ in (0..<1_200).map { _ in Double.random(in: 0...1, using: &random) }
        }
        let labels = (0..<1_200).map { $0 % 3 == 0 }.shuffled(using: &random)
        let table = table(columns)
        let parts = Folds.stratified(labels, 5, seed: 1)
        var said = [Double](repeating: 0, count: labels.count)
        for part in 0..<5 {
            let rows = labels.indices.filter { parts[$0] != part }
            let found = RiskLearner.learn(table, labels: labels, rows: rows, seed: 1).probabilities(table)
            for row in labels.indices where parts[row] == part { said[row] = found[row] }
        }
        let judged = Judgement(said, labels)
        #expect(abs((judged.auc ?? 0) - 0.5) < 2 * (judged.aucError ?? 0))
    }

    @Test func aPlantedEffectIsFoundAndAnotherIsNot() {
        var random = Folds.SplitMix(8)
        let rows = 4_000
        let planted = (0..<rows).map { _ in Double.random(in: -1...1, using: &random) }
        let idle = (0..<rows).map { _ in Double.random(in: -1...1, using: &random) }
        let labels = planted.map { Double.random(in: 0..<1, using: &random) < SpecialFunctions.logistic(1.5 * $0 - 1) }
        var design = Design(switches: 0, onPerRow: 0, values: 2)
        for row in 0..<rows { design.append(on: [], values: [planted[row], idle[row]]) }
        let fit = LogisticRegression.fit(
            design, labels: labels, rows: Array(0..<rows), prior: .init(means: [0, 0], precisions: [0, 0]))
        // The standard error of a coefficient here is about 0.065.
        #expect(abs(fit.coefficients[0] - 1.5) < 0.2 && abs(fit.coefficients[1]) < 0.2)
    }

    @Test func partsHaveTheSameShareAndComeOutTheSameEachTime() {
        let labels = (0..<103).map { $0 % 4 == 0 }
        let parts = Folds.stratified(labels, 5, seed: 42)
        #expect(parts == Folds.stratified(labels, 5, seed: 42) && parts != Folds.stratified(labels, 5, seed: 43))
        for part in 0..<5 {
            #expect((5...6).contains(labels.indices.count { labels[$0] && parts[$0] == part }))
        }
    }

    /// Rows of one account are alike: the same twice says no more than once.
    @Test func anAccountThatStandsTwiceMakesNothingSurer() throws {
        var random = Folds.SplitMix(4)
        let labels = (0..<400).map { _ in Bool.random(using: &random) }
        let said = labels.map { Double.random(in: 0..<0.7, using: &random) + ($0 ? 0.2 : 0) }
        let accounts = (0..<400).map(Int64.init)
        let once = Judgement(said, labels, accounts: accounts)
        let (area, plain, error) = (
            try #require(once.auc), try #require(Judgement(said, labels).aucError), try #require(once.aucError)
        )
        #expect(area > 0.6 && area < 0.9 && error > 0.015 && abs(error - plain) < 0.15 * plain, "\(error), \(plain)")
        let twice = Judgement(said + said, labels + labels, accounts: accounts + accounts)
        #expect(abs((twice.auc ?? 0) - area) < 1e-12 && abs((twice.aucError ?? 0) - error) < 1e-9)
        #expect((Judgement(said + said, labels + labels).aucError ?? 0) < 0.75 * error)
    }
}
