import Postgres

extension Fact {
    static let ordersSpan = Fact(
        path: [.step("orders"), .step("span")], type: .duration,
        source: .orders, historised: true, changesWithTime: false,
        doc: """
            Time from the first order to the last; zero after a single one. No data for an account that never \
            ordered.
            """,
        unit: "duration", example: "orders.span > 180 days"
    ) { _ in
        .grouped(
            .orders, reach: Reach(),
            value: """
                max(o.occurred_at) filter (where o.amount_minor >= 0)
                    - min(o.occurred_at) filter (where o.amount_minor >= 0)
                """,
            absent: nil)
    }
}
