import Postgres

extension Signal {
    static let onboardingStalled = Signal(
        "onboarding_stalled", title: "Never got started",
        about: """
            From the 8th to the 60th day of a paid subscription: days with usage since it began against two a week, \
            1 - active / (2 weeks). No data where no usage of the account is sent to us.
            """,
        isOfAbsence: true, words: OnboardingStalled.words, ukrainian: OnboardingStalled.ukrainian,
        measure: OnboardingStalled.measure)
}

/// Who bought and does not begin.
enum OnboardingStalled {
    /// So long a customer may take to begin, and is it new [days].
    static let patienceDays = 7
    static let newDays = 60
    /// Days with usage that one who has begun has [days a week].
    static let weekly = 2.0

    struct Evidence: Decodable {
        let active: Int
        let age: Int
    }

    static func words(_ evidence: Evidence) -> String {
        evidence.active == 0
            ? "Has not begun to use it \(Words.days(evidence.age)) after buying"
            : "Used it on \(Words.days(evidence.active)) in the \(Words.days(evidence.age)) since buying"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        evidence.active == 0
            ? "За \(Words.daysUk(evidence.age)) після купівлі не почали користуватись"
            : "За \(Words.daysUk(evidence.age)) після купівлі користувались \(Words.daysUk(evidence.active))"
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id, case when status = 'ok' then greatest(0, 1 - active / (\(weekly) * age / 7)) end as value, status,
            case when status in ('ok', 'insufficient_history') then jsonb_build_object('age', age, 'active', active, 'paying_since', since,
                'unit', 'days') else '{}'::jsonb end as evidence
        from (
            select t.account_id, p.since, \(fragment: call.today) - p.since as age, coalesce(u.active, 0) as active,
                case when p.since is null or \(fragment: call.today) - p.since > \(newDays)::int then 'not_applicable'
                    when k.account_id is null then 'no_data'
                    when \(call.fleet.usageIsStale) then 'stale_source'
                    when \(fragment: call.today) - p.since <= \(patienceDays)::int then 'insufficient_history'
                    else 'ok' end as status
            from target t
            left join paying p using (account_id)
            left join usage_known k using (account_id)
            left join (
                select account_id, count(distinct d.day)::int as active
                from paying p join usage_part using (account_id) cross join unnest(days) as d (day)
                where p.since >= \(fragment: call.today) - \(newDays)::int and d.day >= p.since
                    and d.day < \(fragment: call.today)
                group by account_id
            ) u using (account_id)
        ) judged
        """
    }
}
