import Postgres

extension Signal {
    static let renewalNear = Signal(
        "renewal_near", title: "Renewal is near",
        about: """
            Days until a paid subscription of more than 60 days renews: 1 within 14, 0.75 within 30, 0.5 within 60, 0.25 within \
            90. Alone it is no risk: it makes what others say count for more. One that renews every month is always near, and \
            has none.
            """,
        absent: .notApplicable, words: RenewalNear.words, ukrainian: RenewalNear.ukrainian, measure: RenewalNear.measure
    )
}

/// When the customer will have to decide.
enum RenewalNear {
    /// A shorter term renews so often that it says nothing [days].
    static let leastTermDays = 60

    struct Evidence: Decodable {
        let days: Int
    }

    static func words(_ evidence: Evidence) -> String {
        evidence.days == 0
            ? "Renews today, which makes the rest urgent"
            : "Renews in \(Words.days(evidence.days)), which makes the rest urgent"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        evidence.days == 0
            ? "Поновлення сьогодні, тож решта нагальна"
            : "Поновлення за \(Words.daysUk(evidence.days)), тож решта нагальна"
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id, case when days <= 14 then 1 when days <= 30 then 0.75 when days <= 60 then 0.5
                when days <= 90 then 0.25 else 0 end::float8 as value, 'ok' as status,
            jsonb_build_object('days', days, 'renews_at', renews_at, 'unit', 'days') as evidence
        from (
            select account_id, min(renews_at) as renews_at,
                floor(extract(epoch from min(renews_at) - \(call.moment.at)) / 86400)::int as days
            from contract
            where status in ('active', 'past_due') and mrr_minor > 0 and renews_at >= \(call.moment.at)
                and renews_at - term_at > \(leastTermDays)::int * interval '1 day'
            group by account_id
        ) near
        """
    }
}
