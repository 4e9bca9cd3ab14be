import Postgres

extension Fact {
    static let employees = Fact(
        path: [.step("employees")], type: .number,
        source: .account, historised: false, changesWithTime: false,
        doc: "How many people work there. No data until it is set.",
        unit: "people", example: "employees >= 50"
    ) { _ in
        .column("a.employees")
    }
}
