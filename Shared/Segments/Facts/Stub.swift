import Postgres

extension Fact {
    static let stub = Fact(
        path: [.step("stub")], type: .truth,
        source: .account, historised: false, changesWithTime: false,
        doc: "True while the account is known by its usage only. Always known.",
        unit: "true or false", example: "not stub"
    ) { _ in
        .column("a.stub")
    }
}
