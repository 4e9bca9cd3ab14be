import Postgres

extension Fact {
    static let tag = Fact(
        path: [.step("tag", .text)], type: .truth,
        source: .tag, historised: true, changesWithTime: false,
        doc: "Whether the account has the tag now. False where it never had it, so never no data.",
        unit: "true or false", example: "not tag(\"on holiday\")"
    ) { call in
        .grouped(
            .tags, reach: Reach(names: [call.text]),
            value: """
                (array_agg(t.present order by t.occurred_at desc, t.id desc) filter (where t.tag = \(call.text)))[1]
                """,
            absent: "false")
    }
}
