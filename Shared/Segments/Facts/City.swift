import Postgres

extension Fact {
    static let city = Fact(
        path: [.step("city")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "Its place. No data until it is set.",
        unit: "text", example: "city = \"Київ\""
    ) { _ in
        .column("a.city")
    }
}
