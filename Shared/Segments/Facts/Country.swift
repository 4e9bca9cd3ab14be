import Postgres

extension Fact {
    static let country = Fact(
        path: [.step("country")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "ISO 3166-1 code of its place. No data until it is set.",
        unit: "ISO 3166-1 code", example: "country in (\"UA\", \"PL\")"
    ) { _ in
        .column("a.country")
    }
}
