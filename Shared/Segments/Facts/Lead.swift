import Postgres

extension Fact {
    static let lead = Fact(
        path: [.step("lead")], type: .truth,
        source: .account, historised: false, changesWithTime: false,
        doc: "True until the first won deal of one that never bought. Always known.",
        unit: "true or false", example: "not lead"
    ) { _ in
        .column("a.lead")
    }
}
