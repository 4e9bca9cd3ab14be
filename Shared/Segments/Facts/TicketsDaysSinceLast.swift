import Postgres

extension Fact {
    static let ticketsDaysSinceLast = Fact(
        path: [.step("tickets"), .step("days_since_last")], type: .number,
        source: .ticket, historised: true, changesWithTime: true,
        doc: "UTC days since the last ticket was opened; 0 is today. No data where none ever was.",
        unit: "days", example: "tickets.days_since_last < 7"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: "\(fragment: call.moment.today) - (max(t.occurred_at) at time zone 'UTC')::date",
            absent: nil)
    }
}
