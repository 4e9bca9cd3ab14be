import Foundation
import Model

/// Learned weights against those of the experts, on windows that came after all that either was fitted on.
struct Trial: Sendable {
    /// The windows that are judged, the latest first, are at most so many.
    static let windows = 4
    /// Fewer losses to learn from make no challenger.
    static let fewestLosses = 20

    struct Side: Sendable {
        var probabilities: [Double] = []
        var labels: [Bool] = []
        var accounts: [Int64] = []
        var judgement: Judgement? {
            labels.isEmpty ? nil : Judgement(probabilities, labels, accounts: accounts)
        }
    }

    let horizon: Horizon
    private(set) var learned = Side()
    private(set) var expert = Side()
    /// What was judged, in the order of the probabilities.
    private(set) var rows: [Snapshots.Row] = []
    /// Windows that were judged, and those of them in which the learned weights had the lower log loss.
    private(set) var judged = 0
    private(set) var won = 0
    /// The last day for which probabilities were said.
    private(set) var asOf: CalendarDay?

    /// Each window is foretold from those whose outcome was known by its day.
    init(_ snapshots: Snapshots, _ horizon: Horizon, _ learner: SignalLearner) {
        self.horizon = horizon
        let matured = snapshots.matured(horizon)
        let byDay = Dictionary(grouping: matured, by: \.asOf)
        let days = byDay.keys.sorted { $0.daysSince1970 > $1.daysSince1970 }
        for day in days.prefix(Self.windows) {
            let known = matured.filter { $0.asOf.daysSince1970 + Int(horizon.rawValue) <= day.daysSince1970 }
            guard SignalLearner.lost(known, horizon) >= Self.fewestLosses, let window = byDay[day]
            else { continue }
            asOf = asOf ?? day
            let labels = window.map { $0.isLost[horizon] == true }
            let sides = [learner.learn(known, horizon), learner.calibrated(known, horizon)].map { model in
                learner.logits(window, model).map(SpecialFunctions.logistic)
            }
            learned.probabilities += sides[0]
            expert.probabilities += sides[1]
            learned.labels += labels
            expert.labels += labels
            learned.accounts += window.map(\.account)
            expert.accounts += window.map(\.account)
            rows += window
            judged += 1
            if Judgement(sides[0], labels).logLoss < Judgement(sides[1], labels).logLoss { won += 1 }
        }
    }

    /// Whether the learned weights are the better ones: in three of four windows, and in all by more than two standard
    /// errors, the rows of one account taken together, for they are alike.
    var isPromoted: Bool {
        guard judged == Self.windows, Double(won) >= 0.75 * Double(judged) else { return false }
        var gains: [Int64: Double] = [:]
        for row in learned.labels.indices {
            let label = learned.labels[row]
            func loss(_ probability: Double) -> Double {
                let clipped = min(max(probability, 1e-12), 1 - 1e-12)
                return -log(label ? clipped : 1 - clipped)
            }
            gains[rows[row].account, default: 0] += loss(expert.probabilities[row]) - loss(learned.probabilities[row])
        }
        let total = gains.values.reduce(0, +)
        let mean = total / Double(gains.count)
        let variance = gains.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return total > 2 * variance.squareRoot()
    }
}
