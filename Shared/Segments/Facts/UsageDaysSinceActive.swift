import Postgres

extension Fact {
    static let usageDaysSinceActive = Fact(
        path: [.step("usage"), .step("days_since_active")], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            UTC days since the last activity, which is any event not listed as passive; 0 is today. No data without \
            activity in the kept months.
            """,
        unit: "days", example: "usage.days_since_active > 14"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(),
                value: "\(fragment: call.moment.today) - max(d.day) filter (where \(fragment: Rows.isActivity))",
                absent: nil)
        }
        return .grouped(
            .activity, reach: Reach(),
            value: "\(fragment: call.moment.today) - max(p.days[cardinality(p.days)])",
            absent: nil)
    }
}
