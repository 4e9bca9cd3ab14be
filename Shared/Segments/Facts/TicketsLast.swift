import Postgres

extension Fact {
    static let ticketsLast = Fact(
        path: [.step("tickets"), .step("last", .optionalWindow)], type: .date,
        source: .ticket, historised: true, changesWithTime: true,
        doc: """
            UTC day on which the last ticket was opened, within the last days where a window is given. No data where \
            none was.
            """,
        unit: "UTC day", example: "tickets.last >= 2026-01-31"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: """
                (max(t.occurred_at) filter (where \(fragment: call.days.isEmpty
                    ? "true" : "t.occurred_at > \(fragment: call.moment.before(call.window))")) at time zone 'UTC')::date
                """,
            absent: nil)
    }
}
