import Postgres

extension Fact {
    static let eventLast = Fact(
        path: [.step("event", .text), .step("last", .optionalWindow)], type: .date,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            UTC day on which the event of this name last happened, within the last UTC days where a window is given. \
            No data where it never did in the kept months.
            """,
        unit: "UTC day", example: "event(\"login\").last >= 2026-01-31"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(names: [call.text]),
                value: "max(d.day) filter (where d.event = \(call.text) and \(fragment: call.within("d.day")))",
                absent: nil)
        }
        return .grouped(
            .eventDays, reach: Reach(names: [call.text]),
            value:
                "max(p.days[cardinality(p.days)]) filter (where p.event = \(call.text) and \(fragment: call.within("p.days[cardinality(p.days)]")))",
            absent: nil)
    }
}
