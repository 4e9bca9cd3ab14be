import Postgres

extension Fact {
    static let ordersCount = Fact(
        path: [.step("orders"), .step("count", .window)], type: .number,
        source: .orders, historised: true, changesWithTime: true,
        doc: """
            How many orders in the last days; refunds are none. 0 for a customer who ordered before; no data for \
            an account that never ordered.
            """,
        unit: "orders", example: "orders.count(90 days) >= 3"
    ) { call in
        .grouped(
            .orders, reach: Reach(),
            value: """
                count(*) filter (
                    where o.amount_minor >= 0 and o.occurred_at > \(fragment: call.moment.before(call.window)))
                """,
            absent: nil)
    }
}
