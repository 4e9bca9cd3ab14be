import Postgres

extension Fact {
    static let ordersSum = Fact(
        path: [.step("orders"), .step("sum", .window)], type: .money,
        source: .orders, historised: true, changesWithTime: true,
        doc: """
            Money of the orders of the last days, less refunds. 0 for a customer who ordered before; no data for \
            an account that never ordered, or where a currency has no rate of the last 7 days.
            """,
        unit: "money", example: "orders.sum(365 days) > 1000 USD"
    ) { call in
        let worth = call.converted("o.amount_minor")
        let recent: SQL = "o.occurred_at > \(fragment: call.moment.before(call.window))"
        return .grouped(
            .orders, reach: Reach(currencies: call.currencies),
            value: """
                case when bool_or(\(fragment: recent) and \(fragment: worth) is null) then null
                    else coalesce(round(sum(\(fragment: worth)) filter (where \(fragment: recent))), 0) end
                """,
            absent: nil)
    }
}
