import Postgres

extension Fact {
    static let timeZone = Fact(
        path: [.step("time_zone")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "IANA name of its time zone. No data until it is set.",
        unit: "IANA name", example: "time_zone = \"Europe/Kyiv\""
    ) { _ in
        .column("a.time_zone")
    }
}
