import Postgres

extension Fact {
    static let ordersFirst = Fact(
        path: [.step("orders"), .step("first")], type: .date,
        source: .orders, historised: true, changesWithTime: false,
        doc: "UTC day of the first order. No data for an account that never ordered.",
        unit: "UTC day", example: "orders.first < 2026-01-31"
    ) { _ in
        .grouped(
            .orders, reach: Reach(),
            value: "(min(o.occurred_at) filter (where o.amount_minor >= 0) at time zone 'UTC')::date", absent: nil)
    }
}
