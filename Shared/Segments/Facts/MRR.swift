import Postgres

extension Fact {
    static let mrr = Fact(
        path: [.step("mrr")], type: .money,
        source: .subscription, historised: true, changesWithTime: true,
        doc: """
            Monthly recurring revenue of all subscriptions that are active, past_due, paused, or cancelled and not \
            over. 0 where there is none of these any more; no data without a subscription, or where one is in a \
            currency without a rate of the last 7 days.
            """,
        unit: "money", example: "mrr > 500 EUR"
    ) { call in
        let worth = call.converted("m.mrr_minor")
        return .grouped(
            .subscriptions, reach: Reach(currencies: call.currencies),
            value: """
                case when bool_or(m.pays and \(fragment: worth) is null) then null
                    else coalesce(round(sum(\(fragment: worth)) filter (where m.pays)), 0) end
                """,
            absent: nil)
    }
}
