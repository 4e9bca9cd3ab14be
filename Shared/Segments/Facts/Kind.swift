import Postgres

extension Fact {
    static let kind = Fact(
        path: [.step("kind")], type: .choice(["company", "person"]),
        source: .account, historised: false, changesWithTime: false,
        doc: "Whether the account is a company (B2B) or a person (B2C). Always known.",
        unit: "company or person", example: "kind = \"company\""
    ) { _ in
        .column("a.kind")
    }
}
