import Postgres

extension Fact {
    static let dealsDaysInStage = Fact(
        path: [.step("deals"), .step("days_in_stage")], type: .number,
        source: .deal, historised: true, changesWithTime: true,
        doc: """
            UTC days since the open deal that moved longest ago came to its stage. No data without an open deal.
            """,
        unit: "days", example: "deals.days_in_stage > 21"
    ) { call in
        .grouped(
            .deals, reach: Reach(),
            value: """
                \(fragment: call.moment.today) - (min(d.occurred_at) filter (where d.kind = 'open') at time zone 'UTC')::date
                """,
            absent: nil)
    }
}
