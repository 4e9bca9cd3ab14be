import Postgres

extension Fact {
    static let key = Fact(
        path: [.step("key")], type: .text,
        source: .account, historised: true, changesWithTime: false,
        doc: "The outside world's id for the account. Always known.",
        unit: "text", example: "key = \"acme-1\""
    ) { _ in
        .column("a.key")
    }
}
