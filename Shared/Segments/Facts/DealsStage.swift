import Postgres

extension Fact {
    static let dealsStage = Fact(
        path: [.step("deals"), .step("stage")], type: .text,
        source: .deal, historised: true, changesWithTime: false,
        doc: "Stage of the deal that moved last among those that are open. No data without one.",
        unit: "stage", example: "deals.stage = \"proposal\""
    ) { _ in
        .grouped(
            .deals, reach: Reach(),
            value: "(array_agg(d.stage order by d.occurred_at desc, d.deal_id desc) filter (where d.kind = 'open'))[1]",
            absent: nil)
    }
}
