import Foundation
import Postgres

/// How signals become probabilities: additive on the log odds, so that what each signal adds is exact.
///
/// `expert-3` has weights that were stated, not learned. They were chosen so that one strong signal alone makes an account
/// medium, a certain one high, and two strong ones leave little doubt; its base rates are those of a healthy subscription
/// business. It says who is worse off than who; how likely, only roughly, until a model has been learned from losses.
/// Of who orders without a contract `order_overdue` is that probability itself: its weight and their base are the line that
/// runs closest to a chance's own log odds between 0.1 and 0.9. Where no order counts as a loss after fewer days than the
/// horizon has, it says so of the present gap alone: a customer may come back and be lost all the same.
struct RiskModel: Sendable, Equatable {
    struct Parameters: Sendable, Equatable, Codable {
        /// Probability of an account without any signal, by horizon in days or by `place`.
        let base: [String: Double]
        /// Log odds of each period (`Standing`), to be added to the base, by `place`.
        var periods: [String: [Double]]?
        /// Log odds that each signal adds at value 1. Never negative: an explanation can't contradict its signal.
        let weights: [String: Double]
        /// By how much a signal that is no risk alone raises, at value 1, what all others add [share].
        let amplifiers: [String: Double]
        /// The same of signals from outside the program that state none.
        let otherWeight: Double
        /// By horizon or by `place`.
        var bands: [String: Band.CutOffs]
        /// What was learned, by kind of customer and horizon (`place`); it stands for `base` and `weights` there.
        var learned: [String: Learned]?

        enum CodingKeys: String, CodingKey {
            case base, periods, weights, amplifiers, bands, learned
            case otherWeight = "other_weight"
        }
    }

    /// Of one kind of customer and horizon.
    struct Learned: Sendable, Equatable, Codable {
        /// Log odds without any signal.
        let intercept: Double
        /// Log odds that each signal adds at value 1; never negative.
        let weights: [String: Double]
        /// Log odds of each period (`Standing`), to be added to the intercept; none where only the
        /// base rate was learned.
        var periods: [Double] = []
        /// Signals that together say more than each by itself.
        var pairs: [Pair] = []

        /// Log odds of the product of two signals' values; never negative.
        struct Pair: Sendable, Equatable, Codable {
            let first: String
            let second: String
            let weight: Double
        }

        /// Log odds without any signal, of an account in that period.
        func intercept(_ period: Int?) -> Double {
            guard let period, period < periods.count else { return intercept }
            return intercept + periods[period]
        }
    }

    let name: String
    let parameters: Parameters

    /// A released model is never changed: other weights are another model with another name.
    static let expert = RiskModel(
        name: "expert-3",
        parameters: Parameters(
            base: ["30": 0.02, "90": 0.05, "orders-30": 0.07, "orders-90": 0.07],
            // With more days left than the horizon has nobody can be lost within it.
            periods: ["orders-30": [0, 0, -9, -9, -9, -9], "orders-90": [0, 0, 0, 0, 0, -9]],
            weights: [
                "usage_drop": 2.5,
                "inactivity": 1,
                "communication_decline": 1,
                "dissatisfaction": 1.8,
                "competitor_interest": 1.5,
                "data_export": 2.5,
                "cancel_page": 3,
                "payment_failed": 1.5,
                "invoice_overdue": 1,
                "pays_not_uses": 2,
                "seats_unused": 1,
                "champion_gone": 1.5,
                "onboarding_stalled": 1.8,
                "support_target_missed": 0.8,
                "request_unmet": 0.7,
                "order_decline": 0.5,
                "order_overdue": 5,
            ],
            amplifiers: ["renewal_near": 0.5],
            otherWeight: 1,
            bands: [
                "30": Band.CutOffs(medium: 0.05, high: 0.15, leave: 0.8),
                "90": Band.CutOffs(medium: 0.12, high: 0.3, leave: 0.8),
                // Of who just orders most are lost one day: medium from where it is more likely than not.
                "orders-30": Band.CutOffs(medium: 0.5, high: 0.8, leave: 0.8),
                "orders-90": Band.CutOffs(medium: 0.5, high: 0.8, leave: 0.8),
            ]))

    /// The largest weight that a signal from outside may ask for.
    static let largestWeight = 5.0

    /// The name of what was learned of a kind of customers and a horizon.
    static func place(_ kind: Standing.Kind, _ horizon: Horizon) -> String { "\(kind.rawValue)-\(horizon.rawValue)" }

    /// What was learned of such accounts. Of who never paid it isn't known yet what kind of customer it will be: it is scored
    /// like those with a contract, who are known by their usage too.
    func learned(_ horizon: Horizon, _ standing: Standing?) -> Learned? {
        parameters.learned?[Self.place(standing?.kind ?? .contract, horizon)]
    }

    /// Log odds without any signal.
    func intercept(_ horizon: Horizon, _ standing: Standing? = nil) -> Double {
        if let learned = learned(horizon, standing) { return learned.intercept(standing?.period) }
        let kind = standing?.kind ?? .contract
        return base(horizon, kind) + (standing.flatMap { periods(kind, horizon)?[$0.period] } ?? 0)
    }

    /// Stated log odds without any signal.
    func base(_ horizon: Horizon, _ kind: Standing.Kind) -> Double {
        let base = parameters.base[Self.place(kind, horizon)] ?? parameters.base[String(horizon.rawValue)] ?? 0.05
        return log(base / (1 - base))
    }

    /// Stated log odds of the periods of such accounts; nil where they make no difference.
    func periods(_ kind: Standing.Kind, _ horizon: Horizon) -> [Double]? {
        parameters.periods?[Self.place(kind, horizon)]
    }

    func cutOffs(_ horizon: Horizon, _ standing: Standing? = nil) -> Band.CutOffs {
        parameters.bands[Self.place(standing?.kind ?? .contract, horizon)] ?? parameters.bands[String(horizon.rawValue)]
            ?? Band.CutOffs(medium: 0.12, high: 0.3, leave: 0.8)
    }

    /// The score of one account.
    /// - Parameters:
    ///   - weights: those that signals from outside stated.
    ///   - standing: what kind of customer it is; nil of one that never paid.
    func score(
        _ horizon: Horizon, _ signals: [String: Measurement], weights: [String: Double], standing: Standing? = nil,
        former: Band?
    ) -> Score {
        let learned = learned(horizon, standing)
        // What two say together is half each one's.
        var together: [String: Double] = [:]
        for pair in learned?.pairs ?? [] {
            guard let first = signals[pair.first]?.value, let second = signals[pair.second]?.value else { continue }
            for signal in [pair.first, pair.second] { together[signal, default: 0] += pair.weight * first * second / 2 }
        }
        var contributions: [Score.Contribution] = signals.compactMap { signal, measurement in
            guard let value = measurement.value, value > 0, parameters.amplifiers[signal] == nil else { return nil }
            let weight = (learned?.weights ?? parameters.weights)[signal] ?? weights[signal] ?? parameters.otherWeight
            let logit = weight * value + (together[signal] ?? 0)
            return logit > 0 ? Score.Contribution(signal: signal, value: value, logit: logit) : nil
        }.sorted { ($1.logit, $0.signal) < ($0.logit, $1.signal) }
        let alone = contributions.reduce(0) { $0 + $1.logit }
        for (signal, share) in parameters.amplifiers.sorted(by: { $0.key < $1.key }) {
            guard alone > 0, let value = signals[signal]?.value, value > 0 else { continue }
            contributions.append(Score.Contribution(signal: signal, value: value, logit: share * value * alone))
        }
        let intercept = intercept(horizon, standing)
        // Added in this order, so that whoever adds them up again gets the very same number.
        let logit = contributions.reduce(intercept) { $0 + $1.logit }
        let probability = 1 / (1 + exp(-logit))
        return Score(
            horizon: horizon, probability: probability, logit: logit, intercept: intercept,
            band: Band.of(probability, former: former, cutOffs(horizon, standing)), contributions: contributions,
            isLearned: learned != nil)
    }
}
