import Postgres

extension Fact {
    static let lossReason = Fact(
        path: [.step("loss"), .step("reason")], type: .text,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            Why an account that has not come back was lost. No data where it is not lost, or nobody said.
            """,
        unit: "loss reason", example: "loss.reason = \"price\""
    ) { _ in
        .grouped(.losses, reach: Reach(), value: "max(l.reason)", absent: nil)
    }
}
