import Postgres

extension Fact {
    static let usageDaysSinceFirst = Fact(
        path: [.step("usage"), .step("days_since_first")], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: "UTC days since the first activity that is kept. No data without activity in the kept months.",
        unit: "days", example: "usage.days_since_first >= 30"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(),
                value: "\(fragment: call.moment.today) - min(d.day) filter (where \(fragment: Rows.isActivity))",
                absent: nil)
        }
        return .grouped(
            .activity, reach: Reach(),
            value: "\(fragment: call.moment.today) - min(p.days[1])",
            absent: nil)
    }
}
