import Postgres

extension Fact {
    static let goalsOpen = Fact(
        path: [.step("goals"), .step("open")], type: .number,
        source: .goal, historised: false, changesWithTime: false,
        doc: "How many goals agreed with the customer are open. Always known.",
        unit: "goals", example: "goals.open = 0"
    ) { _ in
        .grouped(.goals, reach: Reach(), value: "count(*) filter (where g.status = 'open')", absent: "0")
    }
}
