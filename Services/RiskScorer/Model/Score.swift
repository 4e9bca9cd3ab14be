/// An account's risk within a horizon, and what it is made of.
struct Score: Sendable, Equatable {
    struct Contribution: Sendable, Equatable {
        let signal: String
        let value: Double
        /// What it adds [log odds].
        let logit: Double
    }

    /// A contribution below this is too small to be the reason [log odds].
    static let leastReason = 0.2

    let horizon: Horizon
    let probability: Double
    /// `intercept` plus the contributions, added in their order: equal to the last bit.
    let logit: Double
    let intercept: Double
    let band: Band
    /// The largest first, then what makes them count for more; none is 0. What is not known adds nothing.
    let contributions: [Contribution]
    /// Whether it was learned from losses of such accounts; if not, it is the opinion of experts.
    var isLearned = false

    /// The signal to name first; nil where none weighs enough.
    var firstSignal: String? {
        contributions.first.flatMap { $0.logit >= Score.leastReason ? $0.signal : nil }
    }

    /// The same in a band that somebody set by hand.
    func banded(_ band: Band) -> Score {
        Score(
            horizon: horizon, probability: probability, logit: logit, intercept: intercept, band: band,
            contributions: contributions, isLearned: isLearned)
    }
}
