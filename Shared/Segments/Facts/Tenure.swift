import Postgres

extension Fact {
    static let tenure = Fact(
        path: [.step("tenure")], type: .duration,
        source: .account, historised: true, changesWithTime: true,
        doc: "How long the relationship lasts so far. Always known.",
        unit: "duration", example: "tenure > 90 days"
    ) { call in
        .column("(\(fragment: call.moment.now) - a.created_at)")
    }
}
