import Postgres

extension Fact {
    static let ordersLast = Fact(
        path: [.step("orders"), .step("last", .optionalWindow)], type: .date,
        source: .orders, historised: true, changesWithTime: true,
        doc: """
            UTC day of the last order, within the last days where a window is given. No data where there is none.
            """,
        unit: "UTC day", example: "orders.last >= 2026-01-31"
    ) { call in
        let recent: SQL = call.days.isEmpty ? "true" : "o.occurred_at > \(fragment: call.moment.before(call.window))"
        return .grouped(
            .orders, reach: Reach(),
            value: """
                (max(o.occurred_at) filter (where o.amount_minor >= 0 and \(fragment: recent)) at time zone 'UTC')::date
                """,
            absent: nil)
    }
}
