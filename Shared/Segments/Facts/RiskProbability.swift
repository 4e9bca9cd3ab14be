import Postgres

extension Fact {
    static let riskProbability = Fact(
        path: [.step("risk"), .step("probability", .horizon([90, 30]))], type: .share,
        source: .risk, historised: true, changesWithTime: true,
        doc: """
            Probability that the account is lost within the horizon, 90 days where none is given; 1 is bad. No \
            data until it is scored. Always known.
            """,
        unit: "probability", example: "risk.probability(30 days) >= 0.3"
    ) { call in
        .grouped(.scores(horizon: call.window), reach: Reach(), value: "max(r.probability)", absent: nil)
    }
}
