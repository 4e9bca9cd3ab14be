import Postgres

extension Fact {
    static let invoicesOverdueSum = Fact(
        path: [.step("invoices"), .step("overdue_sum")], type: .money,
        source: .account, historised: true, changesWithTime: true,
        doc: """
            Money of the invoices that are overdue. 0 where none is; no data for an account without invoices, or \
            where one is in a currency without a rate of the last 7 days.
            """,
        unit: "money", example: "invoices.overdue_sum > 500 EUR"
    ) { call in
        let worth = call.converted("i.amount_minor")
        let overdue = Rows.isOverdue(call.moment)
        return .grouped(
            .invoices, reach: Reach(currencies: call.currencies),
            value: """
                case when bool_or(\(fragment: overdue) and \(fragment: worth) is null) then null
                    else coalesce(round(sum(\(fragment: worth)) filter (where \(fragment: overdue))), 0) end
                """,
            absent: nil)
    }
}
