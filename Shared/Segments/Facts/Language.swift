import Postgres

extension Fact {
    static let language = Fact(
        path: [.step("language")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "BCP 47 tag of the language to write in. No data until it is set.",
        unit: "BCP 47 tag", example: "language starts with \"uk\""
    ) { _ in
        .column("a.language")
    }
}
