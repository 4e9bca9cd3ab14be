import Postgres

extension Fact {
    static let subscriptionLossReason = Fact(
        path: [.step("subscription"), .step("loss_reason")], type: .text,
        source: .subscription, historised: true, changesWithTime: true,
        doc: "Why the subscription that was cancelled or ended last was given up. No data where nobody said.",
        unit: "text", example: "subscription.loss_reason = \"price\""
    ) { _ in
        .grouped(
            .subscriptions, reach: Reach(),
            value: """
                (array_agg(m.loss_reason order by m.occurred_at desc, m.subscription_id)
                    filter (where m.status in ('cancelled', 'ended') and m.loss_reason is not null))[1]
                """,
            absent: nil)
    }
}
