import Postgres

extension Fact {
    static let riskBand = Fact(
        path: [.step("risk"), .step("band", .horizon([90, 30]))], type: .choice(["low", "medium", "high"]),
        source: .risk, historised: true, changesWithTime: false,
        doc: "Band of the risk, of the 90 days where no horizon is given. No data until it is scored.",
        unit: "band", example: "risk.band = \"high\""
    ) { call in
        .grouped(.scores(horizon: call.window), reach: Reach(), value: "max(r.band)", absent: nil)
    }
}
