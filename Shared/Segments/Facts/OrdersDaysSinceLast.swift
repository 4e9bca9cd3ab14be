import Postgres

extension Fact {
    static let ordersDaysSinceLast = Fact(
        path: [.step("orders"), .step("days_since_last")], type: .number,
        source: .orders, historised: true, changesWithTime: true,
        doc: "UTC days since the last order; 0 is today. No data for an account that never ordered.",
        unit: "days", example: "orders.days_since_last > 90"
    ) { call in
        .grouped(
            .orders, reach: Reach(),
            value: """
                \(fragment: call.moment.today)
                    - (max(o.occurred_at) filter (where o.amount_minor >= 0) at time zone 'UTC')::date
                """,
            absent: nil)
    }
}
