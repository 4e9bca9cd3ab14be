import Model

/// What two signals say together, beyond what each says alone.
extension SignalLearner {
    /// Fewer losses than this don't tell.
    static let fewestForPairs = 300
    private static let mostPairs = 3

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

    private func strongest(
        _ rows: [Snapshots.Row], _ horizon: Horizon, _ learned: RiskModel.Learned
    ) -> [(Int, Int)] {
        let places = signals.indices.filter { expert.parameters.amplifiers[signals[$0]] == nil }
        var test = ScoreTest(columns: signals.count)
        for (row, logit) in zip(rows, logits(rows, learned)) {
            test.add(
                places.filter { row.values[$0] > 0 }.map { ($0, Double(row.values[$0])) },
                said: SpecialFunctions.logistic(logit), isLost: row.isLost[horizon] == true)
        }
        return test.strongest(Self.mostPairs, areBothSigns: false).map { ($0.first, $0.second) }
    }
}
