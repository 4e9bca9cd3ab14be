import Postgres

extension Fact {
    static let usageActiveDays = Fact(
        path: [.step("usage"), .step("active_days", .window)], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            On how many of the last UTC days, today included, there was activity. No data for an account whose \
            usage is not connected.
            """,
        unit: "days", example: "usage.active_days(28 days) < 4"
    ) { call in
        .grouped(
            .usage, reach: Reach(days: call.window),
            value: """
                count(distinct d.day) filter (
                    where d.day > \(fragment: call.moment.lastDay) - \(call.window)::int and \(fragment: Rows.isActivity))
                """,
            absent: nil)
    }
}
