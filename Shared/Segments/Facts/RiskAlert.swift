import Postgres

extension Fact {
    static let riskAlert = Fact(
        path: [.step("risk"), .step("alert")], type: .truth,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            True for an account in the high band that its owner was alerted to within 30 days, which is as many as there is time \
            for, else false. Always known.
            """,
        unit: "true or false", example: "risk.alert"
    ) { _ in
        .grouped(.alerts, reach: Reach(), value: "true", absent: "false")
    }
}
