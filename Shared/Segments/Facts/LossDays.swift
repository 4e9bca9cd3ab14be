import Postgres

extension Fact {
    static let lossDays = Fact(
        path: [.step("loss"), .step("days")], type: .number,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            Days since an account that has not come back was lost. No data where it is not lost.
            """,
        unit: "days", example: "loss.days < 30"
    ) { call in
        .grouped(
            .losses, reach: Reach(),
            value: "floor(extract(epoch from \(fragment: call.moment.now) - max(l.lost_at)) / 86400)", absent: nil)
    }
}
