import Foundation
import Model

/// Learned weights against those of the experts, on windows that came after all that either was fitted on.
struct Trial: Sendable {
    /// The windows that are judged, the latest first, are at most so many.
    static let windows = 4
    /// From fewer losses nothing is foretold.
    static let fewestLosses = 20

    let horizon: Horizon
    /// Probabilities that were said of `rows` by learned weights.
    private(set) var learned: [Double] = []
    private(set) var expert: [Double] = []
    /// With pairs of signals; where there are none, the same as `learned`.
    private(set) var challenger: [Double] = []
    private var challengerWon = 0
    private var challenged = 0
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
            let (alone, pairs) = learner.learnBoth(known, horizon)
            if pairs != nil { challenged += 1 }
            let sides = [alone, learner.calibrated(known, horizon), pairs ?? alone].map { model in
                learner.logits(window, model).map(SpecialFunctions.logistic)
            }
            learned += sides[0]
            expert += sides[1]
            challenger += sides[2]
            rows += window
            judged += 1
            let losses = sides.map { Judgement($0, labels).logLoss }
            if losses[0] < losses[1] { won += 1 }
            if losses[2] < losses[0] { challengerWon += 1 }
        }
    }

    /// Whether the learned weights are the better ones: in three of four windows, and in all by more than two standard
    /// errors, the rows of one account taken together, for they are alike.
    var isPromoted: Bool {
        judged == Self.windows && Double(won) >= 0.75 * Double(judged) && gains(learned, expert)
    }

    /// Whether pairs of signals foretell better than signals alone, by the same measure.
    var isChallengerPromoted: Bool {
        isPromoted && challenged == Self.windows && Double(challengerWon) >= 0.75 * Double(judged)
            && gains(challenger, learned)
    }

    /// As `risk.evaluation` calls them.
    var judgements: [(kind: String, judgement: Judgement)] {
        let sides = [("learned", learned), ("expert", expert)] + (challenged > 0 ? [("challenger", challenger)] : [])
        return sides.compactMap { kind, said in judgement(said).map { (kind, $0) } }
    }

    /// What is to be used said.
    var best: [Double] { isChallengerPromoted ? challenger : isPromoted ? learned : expert }

    /// Nil where no window could be foretold.
    func judgement(_ probabilities: [Double]) -> Judgement? {
        rows.isEmpty
            ? nil : Judgement(probabilities, rows.map { $0.isLost[horizon] == true }, accounts: rows.map(\.account))
    }

    private func gains(_ side: [Double], _ other: [Double]) -> Bool {
        var gains: [Int64: Double] = [:]
        for (place, row) in rows.enumerated() {
            let label = row.isLost[horizon] == true
            func loss(_ probability: Double) -> Double {
                let clipped = min(max(probability, 1e-12), 1 - 1e-12)
                return -log(label ? clipped : 1 - clipped)
            }
            gains[row.account, default: 0] += loss(other[place]) - loss(side[place])
        }
        return Judgement.isBeyondChance(gains.values)
    }
}
