import Postgres

extension Signal {
    static let dissatisfaction = Signal(
        "dissatisfaction", title: "Dissatisfied",
        about: """
            Bad feedback on tickets (0.5), tickets escalated (0.5) and reopened (0.35): 1 - Π(1 - w 2^(-age / 30 days)), so \
            that each adds to the others and fades. No data where the account wrote no tickets in 400 days.
            """,
        words: Dissatisfaction.words, ukrainian: Dissatisfaction.ukrainian, measure: Dissatisfaction.measure)
}

/// What a customer says of us, and what it makes us do again.
enum Dissatisfaction {
    static let badFeedback = 0.5
    static let escalation = 0.5
    static let reopening = 0.35
    static let halfLifeDays = 30.0
    /// What is named in words; older things have faded to an eighth [days].
    static let windowDays = 90

    struct Evidence: Decodable {
        let bad: Int
        let escalated: Int
        let reopened: Int
    }

    static func words(_ evidence: Evidence) -> String {
        let parts = [
            (evidence.bad, "bad feedback"), (evidence.escalated, "escalated"), (evidence.reopened, "reopened"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "Tickets within \(Words.days(windowDays)): "
            + (parts.isEmpty ? "an older complaint" : parts.joined(separator: ", "))
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        var parts: [String] = []
        if evidence.bad > 0 {
            parts.append(Words.counted(evidence.bad, "поганий відгук", "погані відгуки", "поганих відгуків"))
        }
        if evidence.escalated > 0 {
            parts.append(Words.counted(evidence.escalated, "ескалація", "ескалації", "ескалацій"))
        }
        if evidence.reopened > 0 {
            parts.append(Words.counted(evidence.reopened, "відкрито знову", "відкрито знову", "відкрито знову"))
        }
        return "Звернення за \(Words.daysUk(windowDays)): "
            + (parts.isEmpty ? "давніша скарга" : parts.joined(separator: ", "))
    }

    static func measure(_ call: SignalCall) -> SQL {
        let at = call.moment.at
        return """
            with stated as (
                select k.account_id, k.id, s.status, s.escalated, s.occurred_at,
                    lag(s.status) over (partition by k.id order by s.occurred_at, s.id) as former
                from ticket k join crm.ticket_state s on s.ticket_id = k.id and \(fragment: call.moment.sees("s"))
            )
            select t.account_id, coalesce(value, 0) as value, 'ok' as status,
                case when value is null then '{}'::jsonb else jsonb_build_object('window_days', \(windowDays)::int,
                    'bad', bad, 'escalated', escalated, 'reopened', reopened, 'last_at', last_at, 'unit', 'tickets') end as evidence
            from (select distinct account_id from ticket) t left join (
                select account_id, max(at) as last_at,
                    1 - exp(sum(ln(1 - weight * power(0.5, age / \(halfLifeDays))))) as value,
                    count(*) filter (where kind = 'bad' and age <= \(windowDays)::int) as bad,
                    count(*) filter (where kind = 'escalated' and age <= \(windowDays)::int) as escalated,
                    count(*) filter (where kind = 'reopened' and age <= \(windowDays)::int) as reopened
                from (
                    select account_id, kind, at, weight, extract(epoch from \(at) - at)::float8 / 86400 as age from (
                        select account_id, 'bad' as kind, feedback_at as at, \(badFeedback) as weight
                        from ticket where feedback = 'bad'
                        union all
                        select account_id, 'escalated', min(occurred_at), \(escalation)
                        from stated where escalated group by account_id, id
                        union all
                        select account_id, 'reopened', occurred_at, \(reopening) from stated
                        where status in ('open', 'pending') and former in ('solved', 'closed')
                    ) said
                ) aged
                group by account_id
            ) felt using (account_id)
            """
    }
}
