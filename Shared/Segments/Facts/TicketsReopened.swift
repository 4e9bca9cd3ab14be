import Postgres

extension Fact {
    static let ticketsReopened = Fact(
        path: [.step("tickets"), .step("reopened", .window)], type: .number,
        source: .ticket, historised: true, changesWithTime: true,
        doc:
            "How many tickets were opened again in the last days after they had been solved. 0 where none was. Always known.",
        unit: "tickets", example: "tickets.reopened(90 days) >= 1"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: "count(*) filter (where t.reopened_at > \(fragment: call.moment.before(call.window)))",
            absent: "0")
    }
}
