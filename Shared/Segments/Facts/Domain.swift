import Postgres

extension Fact {
    static let domain = Fact(
        path: [.step("domain")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "Its domain on the internet. No data until it is set.",
        unit: "text", example: "domain ends with \".ua\""
    ) { _ in
        .column("a.domain")
    }
}
