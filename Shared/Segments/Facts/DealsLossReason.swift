import Postgres

extension Fact {
    static let dealsLossReason = Fact(
        path: [.step("deals"), .step("loss_reason")], type: .text,
        source: .deal, historised: true, changesWithTime: false,
        doc: "Why the deal that was lost last was lost. No data where none was.",
        unit: "loss reason", example: "deals.loss_reason = \"price\""
    ) { _ in
        .grouped(
            .deals, reach: Reach(),
            value: """
                (array_agg(d.loss_reason order by d.occurred_at desc, d.deal_id desc) filter (where d.kind = 'lost'))[1]
                """,
            absent: nil)
    }
}
