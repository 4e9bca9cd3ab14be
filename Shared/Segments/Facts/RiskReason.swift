import Postgres

extension Fact {
    static let riskReason = Fact(
        path: [.step("risk"), .step("reason", .horizon([90, 30]))], type: .text,
        source: .risk, historised: true, changesWithTime: false,
        doc: """
            The signal that contributes most to the risk, of the 90 days where no horizon is given. No data \
            where none does, or until it is scored.
            """,
        unit: "signal", example: "risk.reason = \"usage_drop\""
    ) { call in
        .grouped(.scores(horizon: call.window), reach: Reach(), value: "max(r.first_signal)", absent: nil)
    }
}
