import Postgres

extension Fact {
    static let usageCount = Fact(
        path: [.step("usage"), .step("count", .window)], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            How many events of activity in the last UTC days, today included. No data for an account whose usage is \
            not connected.
            """,
        unit: "events", example: "usage.count(7 days) = 0"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(days: call.window),
                value: """
                    coalesce(sum(d.count) filter (
                        where d.day > \(fragment: call.moment.lastDay) - \(call.window)::int and \(fragment: Rows.isActivity)), 0)
                    """,
                absent: nil)
        }
        return .grouped(
            .activity, reach: Reach(),
            value: Rows.total(since: call.window, before: 0, call.moment),
            absent: nil)
    }
}
