import Postgres

extension Fact {
    static let dealsWon = Fact(
        path: [.step("deals"), .step("won", .window)], type: .number,
        source: .deal, historised: true, changesWithTime: true,
        doc: "How many deals were won in the last days. 0 where none was. Always known.",
        unit: "deals", example: "deals.won(365 days) >= 1"
    ) { call in
        .grouped(
            .deals, reach: Reach(),
            value:
                "count(*) filter (where d.kind = 'won' and d.occurred_at > \(fragment: call.moment.before(call.window)))",
            absent: "0")
    }
}
