import Postgres

extension Fact {
    static let ticketsOpen = Fact(
        path: [.step("tickets"), .step("open")], type: .number,
        source: .ticket, historised: true, changesWithTime: false,
        doc: "How many tickets are open or wait for the customer. 0 where none ever was. Always known.",
        unit: "tickets", example: "tickets.open >= 1"
    ) { _ in
        .grouped(
            .tickets, reach: Reach(),
            value: "count(*) filter (where t.status in ('open', 'pending'))",
            absent: "0")
    }
}
