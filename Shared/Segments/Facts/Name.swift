import Postgres

extension Fact {
    static let name = Fact(
        path: [.step("name")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "How people call the account. Always known.",
        unit: "text", example: "name contains \"acme\""
    ) { _ in
        .column("a.name")
    }
}
