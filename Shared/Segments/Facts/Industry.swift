import Postgres

extension Fact {
    static let industry = Fact(
        path: [.step("industry")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "Its line of business. No data until it is set.",
        unit: "text", example: "industry contains \"software\""
    ) { _ in
        .column("a.industry")
    }
}
