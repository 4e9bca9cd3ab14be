import Postgres

extension Fact {
    static let ticketsSatisfaction = Fact(
        path: [.step("tickets"), .step("satisfaction", .window)], type: .share,
        source: .ticket, historised: true, changesWithTime: true,
        doc: "Share of good feedback among the tickets of the last days that have any. No data where none has.",
        unit: "share", example: "tickets.satisfaction(90 days) < 50%"
    ) { call in
        .grouped(
            .tickets, reach: Reach(),
            value: """
                (avg(case t.feedback when 'good' then 1 when 'bad' then 0 end)
                    filter (where t.occurred_at > \(fragment: call.moment.before(call.window))))::float8
                """,
            absent: nil)
    }
}
