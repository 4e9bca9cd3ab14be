import Postgres

extension Fact {
    static let subscriptionStatus = Fact(
        path: [.step("subscription"), .step("status")],
        type: .choice(["active", "past_due", "trialing", "paused", "cancelled", "ended"]),
        source: .subscription, historised: true, changesWithTime: true,
        doc: """
            Status of the account's subscription; of several, the first in the order active, past_due, trialing, \
            paused, cancelled (ends at its date), ended. No data without a subscription.
            """,
        unit: "status", example: "subscription.status = \"past_due\""
    ) { _ in
        .grouped(
            .subscriptions, reach: Reach(),
            value: """
                (array_agg(m.status order by array_position(
                    array['active', 'past_due', 'trialing', 'paused', 'cancelled', 'ended'], m.status)))[1]
                """,
            absent: nil)
    }
}
