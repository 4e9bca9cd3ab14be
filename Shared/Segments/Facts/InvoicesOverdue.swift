import Postgres

extension Fact {
    static let invoicesOverdue = Fact(
        path: [.step("invoices"), .step("overdue")], type: .number,
        source: .account, historised: true, changesWithTime: true,
        doc: """
            How many invoices were due before today and are not paid; credit notes are none. 0 where there never was \
            one. Always known.
            """,
        unit: "invoices", example: "invoices.overdue >= 1"
    ) { call in
        .grouped(
            .invoices, reach: Reach(), value: "count(*) filter (where \(fragment: Rows.isOverdue(call.moment)))",
            absent: "0")
    }
}
