import Postgres

extension Signal {
    static let supportTargetMissed = Signal(
        "support_target_missed", title: "Answered too late",
        about: """
            Tickets of the last 60 days whose first answer came later than their target in working hours, or is late already: \
            missed / (tickets + 1). Not applicable without tickets that have a target.
            """,
        absent: .notApplicable, words: SupportTargetMissed.words, ukrainian: SupportTargetMissed.ukrainian,
        measure: SupportTargetMissed.measure)
}

/// Our own fault: customers who waited.
enum SupportTargetMissed {
    static let windowDays = 60

    struct Evidence: Decodable {
        let missed: Int
        let tickets: Int
    }

    static func words(_ evidence: Evidence) -> String {
        "\(evidence.missed) of \(evidence.tickets) tickets within \(Words.days(windowDays)) were answered too late"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        "На \(evidence.missed) з \(Words.counted(evidence.tickets, "звернення", "звернень", "звернень")) за "
            + "\(Words.daysUk(windowDays)) відповіли запізно"
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id, missed::float8 / (tickets + 1) as value, 'ok' as status, jsonb_build_object(
            'window_days', \(windowDays)::int, 'missed', missed, 'tickets', tickets, 'unit', 'tickets') as evidence
        from (
            select k.account_id, count(*) as tickets, count(*) filter (where crm.working_time(g.calendar, k.occurred_at,
                coalesce(k.answered_at, s.solved_at, \(call.moment.at))) > g.first_response) as missed
            from ticket k join crm.ticket_target g on g.priority = k.priority
            left join lateral (
                select min(s.occurred_at) as solved_at from crm.ticket_state s
                where s.ticket_id = k.id and s.status in ('solved', 'closed') and \(fragment: call.moment.sees("s"))
            ) s on true
            where k.occurred_at > \(call.moment.at) - \(windowDays)::int * interval '1 day'
            group by k.account_id
        ) judged
        """
    }
}
