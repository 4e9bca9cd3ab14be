import Postgres

extension Fact {
    static let becameCustomer = Fact(
        path: [.step("became_customer")], type: .date,
        source: .account, historised: false, changesWithTime: false,
        doc: "The UTC day on which a lead won its first deal. No data for one that never was a lead.",
        unit: "UTC day", example: "became_customer >= 2026-01-31"
    ) { _ in
        .column("(a.became_customer_at at time zone 'UTC')::date")
    }
}
