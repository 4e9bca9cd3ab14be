import Foundation
import Postgres
import Testing

@testable import RiskScorer
// Foundation has a type of that name.
@testable import struct RiskScorer.Measurement

struct ModelTests {
    private func measured(_ values: [String: Double]) throws -> [String: Measurement] {
        try values.mapValues { try #require(Measurement(value: $0, evidence: JSONText("{}"))) }
    }

    @Test func contributionsAddUpToTheLogitExactly() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let values = Dictionary(
                uniqueKeysWithValues: (Signal.all.map(\.name) + ["other", "third"]).map {
                    ($0, Double.random(in: 0...1, using: &random))
                })
            let score = RiskModel.expert.score(.quarter, try measured(values), weights: ["third": 0.3], former: nil)
            #expect(score.contributions.reduce(score.intercept) { $0 + $1.logit } == score.logit)
            #expect(abs(1 / (1 + exp(-score.logit)) - score.probability) < 1e-15)
            let alone = score.contributions.dropLast().map(\.logit)
            #expect(alone == alone.sorted(by: >) && score.contributions.last?.signal == "renewal_near")
        }
    }

    @Test func withoutSignalsTheBaseRateHolds() {
        let nothing = ["usage_drop": Measurement(without: .noData)]
        for (horizon, base) in [(Horizon.month, 0.02), (.quarter, 0.05)] {
            let score = RiskModel.expert.score(horizon, nothing, weights: [:], former: nil)
            #expect(abs(score.probability - base) < 1e-12)
            #expect(score.contributions.isEmpty && score.firstSignal == nil && score.band == .low)
        }
    }

    /// What is not known counts neither as safe nor as risky, learned or not.
    @Test func aGapAddsNothing() {
        var parameters = RiskModel.expert.parameters
        parameters.learned = ["contract-90": RiskModel.Learned(intercept: -3, weights: ["usage_drop": 2])]
        let model = RiskModel(name: "learned-test", parameters: parameters)
        for status in [SignalStatus.noData, .notApplicable, .insufficientHistory, .staleSource] {
            let signals = ["usage_drop": Measurement(without: status)]
            #expect(model.score(.quarter, signals, weights: [:], former: nil).logit == -3)
        }
    }

    /// Those who order without a contract are not judged by what was learned of those who have one.
    @Test func eachKindOfCustomersHasItsOwn() {
        var parameters = RiskModel.expert.parameters
        parameters.learned = [
            "orders-90": RiskModel.Learned(intercept: 0, weights: [:], periods: [1, 0.5, 0, -1, -2, -3])
        ]
        let model = RiskModel(name: "learned-test", parameters: parameters)
        func logit(_ standing: Standing?) -> Double {
            model.score(.quarter, [:], weights: [:], standing: standing, former: nil).logit
        }
        let stated = RiskModel.expert.intercept(.quarter)
        #expect(logit(nil) == stated && logit(Standing(kind: .contract, days: 10)) == stated)
        // By the days that are left.
        let left = [-5, 15, 16, 30, 31, 45, 46, 60, 61, 90, 91, 999].map { logit(Standing(kind: .orders, days: $0)) }
        #expect(left == [1, 1, 0.5, 0.5, 0, 0, -1, -1, -2, -2, -3, -3])
        let soon = Standing(kind: .orders, days: 1)
        let month = model.score(.month, [:], weights: [:], standing: soon, former: nil)
        #expect(month.logit == RiskModel.expert.intercept(.month, soon), "nothing was learned of 30 days")
        // By the time as a customer.
        parameters.learned = [
            "contract-90": RiskModel.Learned(intercept: 0, weights: [:], periods: [1, 0.5, 0, -1, 0, 0])
        ]
        let contracts = RiskModel(name: "learned-test", parameters: parameters)
        let periods = [0, 89, 90, 364, 365, 1_094, 1_095, 9_999].map {
            contracts.intercept(.quarter, Standing(kind: .contract, days: $0))
        }
        #expect(periods == [1, 1, 0.5, 0.5, 0, 0, -1, -1])
    }

    /// Who orders without a contract is lost by orders that don't come: nothing else is said of one whose horizon ends before
    /// that, and without losses to learn from the probability is about that chance.
    @Test func whoOrdersIsForetoldByTheOrders() throws {
        func said(_ horizon: Horizon, _ left: Int, _ chance: Double) throws -> Double {
            RiskModel.expert.score(
                horizon, try measured(["order_overdue": chance]), weights: [:],
                standing: Standing(kind: .orders, days: left), former: nil
            ).probability
        }
        for chance in stride(from: 0.1, through: 0.9, by: 0.1) {
            #expect(abs(try said(.quarter, 20, chance) - chance) < 0.09, "\(chance)")
            #expect(try said(.month, 20, chance) == (try said(.quarter, 20, chance)))
            #expect(try said(.month, 31, chance) < 0.002)
            #expect(try said(.quarter, 91, chance) < 0.002)
        }
    }

    @Test func noWeightIsNegativeAndEverySignalHasOne() {
        let weights = RiskModel.expert.parameters.weights
        #expect(weights.values.allSatisfy { $0 >= 0 })
        let amplifiers = RiskModel.expert.parameters.amplifiers
        #expect(Set(weights.keys).union(amplifiers.keys) == Set(Signal.all.map(\.name)))
    }

    @Test func aRenewalIsNoRiskAloneAndMakesOthersCountForMore() throws {
        let near = try measured(["renewal_near": 1])
        let alone = RiskModel.expert.score(.quarter, near, weights: [:], former: nil)
        #expect(alone.contributions.isEmpty && alone.logit == alone.intercept)
        let far = RiskModel.expert.score(.quarter, try measured(["usage_drop": 0.6]), weights: [:], former: nil)
        let both = RiskModel.expert.score(
            .quarter, try measured(["usage_drop": 0.6, "renewal_near": 0.5]), weights: [:], former: nil)
        #expect(abs((both.logit - both.intercept) - 1.25 * (far.logit - far.intercept)) < 1e-12)
        #expect(both.firstSignal == "usage_drop")
    }

    @Test(
        arguments: [
            (0.05, nil, .low), (0.12, nil, .medium), (0.3, nil, .high), (0.29, .high, .high), (0.24, .high, .high),
            (0.239, .high, .medium), (0.11, .high, .medium), (0.0959, .high, .low), (0.1, .medium, .medium),
            (0.25, .medium, .medium), (0.11, .low, .low), (0.9, .low, .high),
        ] as [(Double, Band?, Band)])
    func bandsAreLeftLaterThanEntered(_ probability: Double, _ former: Band?, _ band: Band) {
        #expect(Band.of(probability, former: former, RiskModel.expert.cutOffs(.quarter)) == band)
    }

    @Test(
        arguments: [
            (nil, 0.0, true), (0.5, 0.505, false), (0.5, 0.51, true), (0.0, 0.001, true), (0.001, 0, true),
            (0, 0, false),
        ] as [(Double?, Double, Bool)])
    func aSignalIsWrittenWhereItMoved(_ former: Double?, _ now: Double, _ isWritten: Bool) throws {
        let before = try former.map { try #require(Measurement(value: $0, evidence: JSONText("{}"))) }
        let after = try #require(Measurement(value: now, evidence: JSONText(#"{"n": 1}"#)))
        #expect(Revision.isMaterial(after, since: before) == isWritten)
    }

    @Test(arguments: [(0.004, false), (0.0051, true), (-0.0051, true)])
    func aScoreIsWrittenWhereItMoved(_ step: Double, _ isWritten: Bool) throws {
        let score = RiskModel.expert.score(.quarter, try measured(["usage_drop": 0.5]), weights: [:], former: nil)
        let former = Stored.Score(
            probability: score.probability - step, band: score.band, firstSignal: score.firstSignal, model: 1)
        #expect(Revision.isMaterial(score, since: former, model: 1) == isWritten)
        #expect(Revision.isMaterial(score, since: former, model: 2))
    }

    @Test(arguments: [(-1.0, 0.5), (0.0, 90), (.nan, 1), (.infinity, 1)])
    func aRhythmOfNothingIsAssumed(_ rate: Double, _ variance: Double) {
        #expect(Rhythm(rate: rate, variance: variance) == .assumed)
        #expect(Rhythm(rate: 0.1, variance: -1).shape == 10)
    }
}
