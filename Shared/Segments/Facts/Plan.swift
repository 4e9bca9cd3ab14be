import Postgres

extension Fact {
    static let plan = Fact(
        path: [.step("plan")], type: .text,
        source: .subscription, historised: true, changesWithTime: true,
        doc: """
            Name of the plan; of several subscriptions that have not ended, the one with the largest MRR. No \
            data without one. Always known.
            """,
        unit: "text", example: "plan = \"pro\""
    ) { _ in
        .grouped(
            .subscriptions, reach: Reach(),
            value: """
                (array_agg(m.plan order by m.mrr_minor desc, m.subscription_id)
                    filter (where m.status <> 'ended' and m.plan is not null))[1]
                """,
            absent: nil)
    }
}
