import Postgres

extension Fact {
    static let purchasesExpected = Fact(
        path: [.step("purchases"), .step("expected")], type: .number,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            Purchases that are expected within 90 days, by a model of all customers' orders that is fitted once a day. No data \
            for who never ordered, orders in several currencies, or has a contract.
            """,
        unit: "count", example: "purchases.expected > 1.5"
    ) { _ in
        .grouped(.outlooks, reach: Reach(), value: "max(p.expected_90)", absent: nil)
    }
}
