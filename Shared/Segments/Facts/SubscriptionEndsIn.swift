import Postgres

extension Fact {
    static let subscriptionEndsIn = Fact(
        path: [.step("subscription"), .step("ends_in")], type: .duration,
        source: .subscription, historised: true, changesWithTime: true,
        doc: """
            Time until the first of its subscriptions that have not ended renews or, if cancelled, ends. \
            Negative where the date has passed and nothing newer is known. No data without a date.
            """,
        unit: "duration", example: "subscription.ends_in < 60 days"
    ) { call in
        .grouped(
            .subscriptions, reach: Reach(),
            value: "min(m.renews_at) filter (where m.status <> 'ended') - \(fragment: call.moment.now)", absent: nil)
    }
}
