import Postgres

extension Fact {
    static let dealsOpenSum = Fact(
        path: [.step("deals"), .step("open_sum")], type: .money,
        source: .deal, historised: true, changesWithTime: true,
        doc: """
            What the deals that are neither won nor lost would bring. 0 where none is; no data for an account without \
            deals, or where one is in a currency without a rate of the last 7 days.
            """,
        unit: "money", example: "deals.open_sum > 1000 EUR"
    ) { call in
        let worth = call.converted("d.amount_minor")
        let isOpen: SQL = "d.kind = 'open' and d.amount_minor is not null"
        return .grouped(
            .deals, reach: Reach(currencies: call.currencies),
            value: """
                case when bool_or(\(fragment: isOpen) and \(fragment: worth) is null) then null
                    else coalesce(round(sum(\(fragment: worth)) filter (where \(fragment: isOpen))), 0) end
                """,
            absent: nil)
    }
}
