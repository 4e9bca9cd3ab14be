import Postgres

extension Fact {
    static let preferredChannel = Fact(
        path: [.step("preferred_channel")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "By which channel it wants to be talked to. No data until it is set.",
        unit: "channel", example: "preferred_channel = \"telegram\""
    ) { _ in
        .column("a.preferred_channel")
    }
}
