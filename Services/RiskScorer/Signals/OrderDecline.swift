import Postgres

extension Signal {
    static let orderDecline = Signal(
        "order_decline", title: "Orders less often",
        about: """
            Days with orders in the last 90 days against what the account's own rate before lets expect. It is the share lost \
            that chance does not explain: one standard error is taken off. Needs 3 order days over 90 days before the window.
            """,
        words: OrderDecline.words, measure: OrderDecline.measure)
}

/// The share of its own usual orders that an account has lost.
enum OrderDecline {
    static let windowDays = 90
    /// Days and order days before the window that are needed to know a rate.
    static let leastDays = 90
    static let leastOrderDays = 3

    struct Evidence: Decodable {
        let observed: Int
        let baseline: Double
    }

    static func words(_ evidence: Evidence) -> String {
        let usual = Words.count(evidence.baseline)
        return evidence.observed == 0
            ? "No order in \(Words.days(windowDays)), where \(usual) are usual for it"
            : "\(evidence.observed == 1 ? "1 order" : "\(evidence.observed) orders") in \(Words.days(windowDays)), "
                + "where \(usual) are usual for it"
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id,
            case when status = 'ok' then 1 - exp(least(0, ln((observed + 0.5) / (usual + 0.5))
                + sqrt(1 / (observed + 0.5) + 1 / (before + 0.5)))) end as value, status,
            jsonb_build_object('window_days', \(windowDays)::int, 'baseline_days', days, 'observed', observed,
                'baseline', round(usual::numeric, 1), 'unit', 'days with orders', 'last_on', last_day) as evidence
        from (
            select account_id, last_day, observed::float8, before::float8, greatest(days, 0) as days,
                greatest(before - 1, 0) * \(windowDays)::float8 / greatest(days, 1) as usual,
                case when days < \(leastDays)::int or before < \(leastOrderDays) then 'insufficient_history'
                    else 'ok' end as status
            from (
                select account_id, max(day) as last_day,
                    \(fragment: call.today) - \(windowDays)::int - min(day) as days,
                    count(*) filter (where day >= \(fragment: call.today) - \(windowDays)::int) as observed,
                    count(*) filter (where day < \(fragment: call.today) - \(windowDays)::int) as before
                from order_day group by account_id
            ) counted
        ) measured
        """
    }
}
