import Postgres

extension Fact {
    static let eventDaysSinceLast = Fact(
        path: [.step("event", .text), .step("days_since_last")], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            UTC days since the event of this name last happened; 0 is today. No data where it never did in the kept \
            months.
            """,
        unit: "days", example: "event(\"login\").days_since_last > 30"
    ) { call in
        guard call.moment.asOf == nil else {
            return .grouped(
                .usage, reach: Reach(names: [call.text]),
                value: "\(fragment: call.moment.today) - max(d.day) filter (where d.event = \(call.text))",
                absent: nil)
        }
        return .grouped(
            .eventDays, reach: Reach(names: [call.text]),
            value:
                "\(fragment: call.moment.today) - max(p.days[cardinality(p.days)]) filter (where p.event = \(call.text))",
            absent: nil)
    }
}
