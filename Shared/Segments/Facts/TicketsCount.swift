import Postgres

extension Fact {
    static let ticketsCount = Fact(
        path: [.step("tickets"), .step("count", .window)], type: .number,
        source: .ticket, historised: true, changesWithTime: true,
        doc: "How many tickets were opened in the last days. 0 where none ever was. Always known.",
        unit: "tickets", example: "tickets.count(30 days) >= 3"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: "count(*) filter (where t.occurred_at > \(fragment: call.moment.before(call.window)))",
            absent: "0")
    }
}
