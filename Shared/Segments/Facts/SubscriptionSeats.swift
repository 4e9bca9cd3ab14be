import Postgres

extension Fact {
    static let subscriptionSeats = Fact(
        path: [.step("subscription"), .step("seats")], type: .number,
        source: .subscription, historised: true, changesWithTime: true,
        doc: "Seats paid for in all subscriptions that have not ended. No data where none says.",
        unit: "seats", example: "subscription.seats >= 10"
    ) { _ in
        .grouped(
            .subscriptions, reach: Reach(), value: "sum(m.seats) filter (where m.status <> 'ended')", absent: nil)
    }
}
