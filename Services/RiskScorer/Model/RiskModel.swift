import Foundation
import Postgres

/// How signals become probabilities: additive on the log odds, so that what each signal adds is exact.
///
/// `expert-1` has weights that were stated, not learned. They were chosen so that one strong signal alone makes an account
/// medium, a certain one high, and two strong ones leave little doubt; its base rates are those of a healthy subscription
/// business. It says who is worse off than who; how likely, only roughly, until a model has been learned from losses.
struct RiskModel: Sendable, Equatable {
    struct Parameters: Sendable, Equatable, Codable {
        /// Probability of an account without any signal, by horizon in days.
        let base: [String: Double]
        /// Log odds that each signal adds at value 1. Never negative: an explanation can't contradict its signal.
        let weights: [String: Double]
        /// The same of signals from outside the program that state none.
        let otherWeight: Double
        let bands: [String: Band.CutOffs]

        enum CodingKeys: String, CodingKey {
            case base, weights, bands
            case otherWeight = "other_weight"
        }
    }

    let name: String
    let parameters: Parameters

    /// A released model is never changed: other weights are another model with another name.
    static let expert1 = RiskModel(
        name: "expert-1",
        parameters: Parameters(
            base: ["30": 0.02, "90": 0.05],
            weights: [
                "usage_drop": 2.5,
                "inactivity": 1,
                "data_export": 2.5,
                "pays_not_uses": 2,
                "order_decline": 2,
            ],
            otherWeight: 1,
            bands: [
                "30": Band.CutOffs(medium: 0.05, high: 0.15, leave: 0.8),
                "90": Band.CutOffs(medium: 0.12, high: 0.3, leave: 0.8),
            ]))

    /// The largest weight that a signal from outside may ask for.
    static let largestWeight = 5.0

    /// Log odds without any signal.
    func intercept(_ horizon: Horizon) -> Double {
        let base = parameters.base[String(horizon.rawValue)] ?? 0.05
        return log(base / (1 - base))
    }

    func cutOffs(_ horizon: Horizon) -> Band.CutOffs {
        parameters.bands[String(horizon.rawValue)] ?? Band.CutOffs(medium: 0.12, high: 0.3, leave: 0.8)
    }

    /// The score of one account. `weights` are those that signals from outside stated.
    func score(
        _ horizon: Horizon, _ signals: [String: Measurement], weights: [String: Double], former: Band?
    ) -> Score {
        let contributions: [Score.Contribution] = signals.compactMap { signal, measurement in
            guard let value = measurement.value, value > 0 else { return nil }
            let weight = parameters.weights[signal] ?? weights[signal] ?? parameters.otherWeight
            return weight > 0 ? Score.Contribution(signal: signal, value: value, logit: weight * value) : nil
        }.sorted { ($1.logit, $0.signal) < ($0.logit, $1.signal) }
        let intercept = intercept(horizon)
        // Added in this order, so that whoever adds them up again gets the very same number.
        let logit = contributions.reduce(intercept) { $0 + $1.logit }
        let probability = 1 / (1 + exp(-logit))
        return Score(
            horizon: horizon, probability: probability, logit: logit, intercept: intercept,
            band: Band.of(probability, former: former, cutOffs(horizon)), contributions: contributions)
    }
}
