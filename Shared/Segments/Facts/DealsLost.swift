import Postgres

extension Fact {
    static let dealsLost = Fact(
        path: [.step("deals"), .step("lost", .window)], type: .number,
        source: .deal, historised: true, changesWithTime: true,
        doc: "How many deals were lost in the last days. 0 where none was. Always known.",
        unit: "deals", example: "deals.lost(90 days) >= 1"
    ) { call in
        .grouped(
            .deals, reach: Reach(),
            value:
                "count(*) filter (where d.kind = 'lost' and d.occurred_at > \(fragment: call.moment.before(call.window)))",
            absent: "0")
    }
}
