import Postgres

extension Signal {
    static let paysNotUses = Signal(
        "pays_not_uses", title: "Pays without using",
        about: """
            A paid subscription of at least 30 days and next to no activity in the last 30 whole days: 1 without any, falling \
            to 0 at a tenth of the fleet's median use. Only where usage of the account is sent to us, and has been for as long.
            """,
        isOfAbsence: true, words: PaysNotUses.words, ukrainian: PaysNotUses.ukrainian, measure: PaysNotUses.measure)
}

/// Money for nothing: the next renewal asks what it is for.
enum PaysNotUses {
    /// Days looked at, and the least age of subscription and source [days].
    static let windowDays = 30
    /// Use below this share of the fleet's median is next to none.
    static let nearlyNone = 0.1

    struct Evidence: Decodable {
        let observed: Int
        let lastOn: String?
        let seats: Int?
        enum CodingKeys: String, CodingKey {
            case observed, seats
            case lastOn = "last_on"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let seats = (evidence.seats ?? 0) > 0 ? " for \(Words.count(Double(evidence.seats ?? 0))) seats" : ""
        guard evidence.observed == 0 else {
            let events = evidence.observed == 1 ? "1 event" : "\(evidence.observed) events"
            return "Pays\(seats), but hardly uses it: \(events) in \(Words.days(windowDays))"
        }
        guard let last = evidence.lastOn else { return "Pays\(seats), but has not used it at all" }
        return "Pays\(seats), but has not used it since \(last)"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let seats =
            (evidence.seats ?? 0) > 0 ? " за " + Words.counted(evidence.seats ?? 0, "місце", "місця", "місць") : ""
        guard evidence.observed == 0 else {
            let events = Words.counted(evidence.observed, "подія", "події", "подій")
            return "Платить\(seats), але майже не користується: \(events) за \(Words.daysUk(windowDays))"
        }
        guard let last = evidence.lastOn else { return "Платить\(seats), але не користується зовсім" }
        return "Платить\(seats), але не користується з \(last)"
    }

    static func measure(_ call: SignalCall) -> SQL {
        // Half an event, so that without a fleet none at all still counts as 1.
        let enough = max((call.fleet.usualUse ?? 0) * nearlyNone, 0.5)
        let first = call.fleet.firstUsageDay
        return """
            select account_id, case when status = 'ok' then greatest(0, 1 - observed / \(enough)) end as value, status,
                case when since is null then '{}'::jsonb else jsonb_build_object('window_days', \(windowDays)::int,
                    'observed', observed, 'baseline', round((\(enough))::numeric, 1), 'unit', 'events', 'last_on', last_day,
                    'paying_since', since, 'seats', seats) end as evidence
            from (
                select account_id, p.since, p.seats, last_day, coalesce(recent, 0) as observed,
                    case when p.since is null then 'not_applicable'
                        when k.account_id is null or \(first)::date is null then 'no_data'
                        when \(call.fleet.usageIsStale) then 'stale_source'
                        when greatest(p.since, \(first)::date) > \(fragment: call.today) - \(windowDays)::int
                            then 'insufficient_history'
                        else 'ok' end as status
                from target t
                left join paying p using (account_id)
                left join usage_known k using (account_id)
                left join usage_sum u using (account_id)
            ) measured
            """
    }
}
