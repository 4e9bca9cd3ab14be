import Model

/// What two signals say together, beyond what each says alone.
extension SignalLearner {
    /// Fewer losses than this don't tell.
    static let fewestForPairs = 300
    private static let mostPairs = 3
    /// Of some hundred pairs one in a few tries comes so far by chance [standard errors].
    private static let leastScore = 3.0

    /// What `learn` learns, and the same with the pairs of signals that foretell what both alone leave over; nil where there are
    /// too few losses to tell or no such pair. Pairs are to be used where they have shown to be better on windows that came
    /// later.
    func learnBoth(
        _ rows: [Snapshots.Row], _ horizon: Horizon
    ) -> (alone: RiskModel.Learned, challenger: RiskModel.Learned?) {
        let precision = precision(rows, horizon)
        let alone = learn(Examples(rows, horizon, self), horizon, precision)
        guard precision != nil, Self.lost(rows, horizon) >= Self.fewestForPairs else { return (alone, nil) }
        let pairs = strongest(rows, horizon, alone)
        if pairs.isEmpty { return (alone, nil) }
        return (alone, learn(Examples(rows, horizon, self, pairs: pairs), horizon, precision))
    }

    /// By the score test: what is left over, by its standard error if the pair said nothing.
    private func strongest(
        _ rows: [Snapshots.Row], _ horizon: Horizon, _ learned: RiskModel.Learned
    ) -> [(Int, Int)] {
        let places = signals.indices.filter { expert.parameters.amplifiers[signals[$0]] == nil }
        var left = [Double](repeating: 0, count: signals.count * signals.count)
        var spread = left
        for (row, logit) in zip(rows, logits(rows, learned)) {
            let said = SpecialFunctions.logistic(logit)
            let rest = (row.isLost[horizon] == true ? 1 : 0) - said
            let on = places.filter { row.values[$0] > 0 }
            for (rank, first) in on.enumerated() {
                for second in on.dropFirst(rank + 1) {
                    let product = Double(row.values[first] * row.values[second])
                    left[first * signals.count + second] += rest * product
                    spread[first * signals.count + second] += said * (1 - said) * product * product
                }
            }
        }
        let ranked = left.indices.filter { spread[$0] > 0 }.map { ($0, left[$0] / spread[$0].squareRoot()) }
            .filter { $0.1 > Self.leastScore }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return ranked.prefix(Self.mostPairs).map { ($0.0 / signals.count, $0.0 % signals.count) }
    }
}
