import Postgres

extension Fact {
    static let doNotDisturb = Fact(
        path: [.step("do_not_disturb")], type: .truth,
        source: .account, historised: false, changesWithTime: true,
        doc: "True while it wants to be left alone, else false. Always known.",
        unit: "true or false", example: "not do_not_disturb"
    ) { call in
        .column("coalesce(a.do_not_disturb_until > \(fragment: call.moment.now), false)")
    }
}
