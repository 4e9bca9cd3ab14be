import Postgres

extension Fact {
    static let eventSum = Fact(
        path: [.step("event", .text), .step("sum", .window)], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            Sum of the number that such events carry and that `usage-ingest sum` names, over the last UTC days, \
            today included. No data where no such event carries one.
            """,
        unit: "as the events have it", example: "event(\"invoice sent\").sum(30 days) > 1000"
    ) { call in
        .grouped(
            .usage, reach: Reach(days: call.window, names: [call.text]),
            value: """
                sum(d.amount) filter (
                    where d.event = \(call.text) and d.day > \(fragment: call.moment.lastDay) - \(call.window)::int)::float8
                """,
            absent: nil)
    }
}
