import Postgres

extension Fact {
    static let invoicesDaysOverdue = Fact(
        path: [.step("invoices"), .step("days_overdue")], type: .number,
        source: .account, historised: true, changesWithTime: true,
        doc: "Days since the oldest invoice that is not paid was due. No data where none is overdue.",
        unit: "days", example: "invoices.days_overdue > 14"
    ) { call in
        .grouped(
            .invoices, reach: Reach(),
            value: """
                \(fragment: call.moment.today) - min(i.due_on) filter (where \(fragment: Rows.isOverdue(call.moment)))
                """,
            absent: nil)
    }
}
