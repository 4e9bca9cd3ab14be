import Postgres

extension Fact {
    static let eventFirst = Fact(
        path: [.step("event", .text), .step("first", .optionalWindow)], type: .date,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            UTC day on which the event of this name first happened, within the last UTC days where a window is \
            given. No data where it never did in the kept months.
            """,
        unit: "UTC day", example: "event(\"login\").first >= 2026-01-31"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(names: [call.text]),
                value: "min(d.day) filter (where d.event = \(call.text) and \(fragment: call.within("d.day")))",
                absent: nil)
        }
        return .grouped(
            .eventDays, reach: Reach(names: [call.text]),
            value: """
                min(case when \(fragment: call.within("p.days[1]")) then p.days[1]
                    else p.days[width_bucket(\(fragment: call.moment.lastDay) - \(call.window)::int, p.days) + 1] end)
                    filter (where p.event = \(call.text))
                """,
            absent: nil)
    }
}
