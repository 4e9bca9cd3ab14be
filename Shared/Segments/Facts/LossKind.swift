import Postgres

extension Fact {
    static let lossKind = Fact(
        path: [.step("loss"), .step("kind")], type: .choice(["contract", "once", "long", "asleep", "other", "hand"]),
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            How an account that has not come back was lost: contract where one ended; once, long or other by what it had ordered \
            without; asleep where it is overdue and not lost yet; hand where somebody said so. No data where it is not lost.
            """,
        unit: "kind", example: "loss.kind = \"asleep\""
    ) { _ in
        .grouped(.losses, reach: Reach(), value: "max(l.kind)", absent: nil)
    }
}
