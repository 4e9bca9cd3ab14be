import Postgres

extension Fact {
    static let eventCount = Fact(
        path: [.step("event", .text), .step("count", .window)], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            How often the event of this name happened in the last UTC days, today included. No data for an account \
            whose usage is not connected.
            """,
        unit: "events", example: "event(\"report exported\").count(30 days) >= 1"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(names: [call.text]),
                value: """
                    coalesce(sum(d.count) filter (
                        where d.event = \(call.text) and d.day > \(fragment: call.moment.lastDay) - \(call.window)::int), 0)
                    """,
                absent: nil)
        }
        return .grouped(
            .eventDays, reach: Reach(names: [call.text]),
            value: Rows.total(since: call.window, before: 0, call.moment, where: "p.event = \(call.text)"),
            absent: nil)
    }
}
