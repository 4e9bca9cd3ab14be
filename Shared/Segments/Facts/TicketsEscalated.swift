import Postgres

extension Fact {
    static let ticketsEscalated = Fact(
        path: [.step("tickets"), .step("escalated", .window)], type: .number,
        source: .ticket, historised: true, changesWithTime: true,
        doc: "How many tickets were taken higher in the last days. 0 where none was. Always known.",
        unit: "tickets", example: "tickets.escalated(90 days) >= 1"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: "count(*) filter (where t.escalated_at > \(fragment: call.moment.before(call.window)))",
            absent: "0")
    }
}
