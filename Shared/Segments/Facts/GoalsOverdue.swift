import Postgres

extension Fact {
    static let goalsOverdue = Fact(
        path: [.step("goals"), .step("overdue")], type: .number,
        source: .goal, historised: false, changesWithTime: true,
        doc: "How many open goals were to be reached before today. Always known.",
        unit: "goals", example: "goals.overdue >= 1"
    ) { call in
        .grouped(
            .goals, reach: Reach(),
            value: "count(*) filter (where g.status = 'open' and g.due_on < \(fragment: call.moment.today))",
            absent: "0")
    }
}
