import Postgres

extension Signal {
    static let championGone = Signal(
        "champion_gone", title: "Its champion has fallen silent",
        about: """
            Of the contacts who decide or influence and had been heard of on at least three days, the one whose silence of at \
            least 30 days is the most surprising by their own rhythm (negative binomial); half of it where another of them \
            has been heard of meanwhile.
            """,
        isOfAbsence: true, words: ChampionGone.words, ukrainian: ChampionGone.ukrainian, measure: ChampionGone.measure)
}

/// The person who wanted us is not there any more.
enum ChampionGone {
    static let leastDays = 3
    static let leastSilence = 30

    struct Evidence: Decodable {
        let silentDays: Int
        let active: Int
        let role: String
        enum CodingKeys: String, CodingKey {
            case active, role
            case silentDays = "silent_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        "A contact who \(evidence.role) has not been heard of for \(Words.days(evidence.silentDays)); before that on "
            + Words.days(evidence.active)
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let who = evidence.role == "decides" ? "хто вирішує" : "хто впливає"
        return "Від контакту, \(who), немає звісток \(Words.daysUk(evidence.silentDays)); до того — "
            + Words.daysUk(evidence.active)
    }

    static func measure(_ call: SignalCall) -> SQL {
        // Roles are not kept with their times: a past moment takes those of now, of contacts that were there.
        """
        select distinct on (account_id) account_id,
            case when gap < \(leastSilence)::int then 0
                else \(fragment: Inactivity.surprise(.assumed)) * case when others > 0 then 0.5 else 1 end end as value,
            'ok' as status, jsonb_build_object('contact_id', contact_id, 'role', role, 'silent_days', gap::int,
                'active', active + 1, 'last_on', last_day, 'unit', 'days') as evidence
        from (
            select *, count(*) filter (where gap < \(leastSilence)::int) over (partition by account_id) as others from (
                select k.account_id, k.contact_id, c.role, count(*) - 1 as active, max(k.day) as last_day,
                    (max(k.day) - min(k.day))::float8 as span, (\(fragment: call.today) - max(k.day))::float8 as gap
                from (select distinct account_id, contact_id, day from talk where direction = 'in') k
                join crm.contact c on c.id = k.contact_id and c.role in ('decides', 'influences')
                    and c.created_at <= \(call.moment.at)
                group by k.account_id, k.contact_id, c.role having count(*) >= \(leastDays)::int
            ) heard
        ) compared
        order by account_id, 2 desc
        """
    }
}
