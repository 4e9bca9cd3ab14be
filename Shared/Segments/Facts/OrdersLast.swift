import Postgres

extension Fact {
    static let ordersLast = Fact(
        path: [.step("orders"), .step("last")], type: .date,
        source: .orders, historised: true, changesWithTime: false,
        doc: "UTC day of the last order. No data for an account that never ordered.",
        unit: "UTC day", example: "orders.last >= 2026-01-31"
    ) { _ in
        .grouped(
            .orders, reach: Reach(),
            value: "(max(o.occurred_at) filter (where o.amount_minor >= 0) at time zone 'UTC')::date", absent: nil)
    }
}
