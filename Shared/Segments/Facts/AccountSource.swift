import Postgres

extension Fact {
    static let accountSource = Fact(
        path: [.step("source")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "Where the account came from: api, import, usage or demo. Always known.",
        unit: "text", example: "source = \"usage\""
    ) { _ in
        .column("a.source")
    }
}
