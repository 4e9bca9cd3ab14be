import Postgres

extension Signal {
    static let seatsUnused = Signal(
        "seats_unused", title: "Seats stand empty",
        about: """
            Users with activity in the last 28 days against the seats that are paid for, from five seats on: none above half \
            of them, 1 where nobody came. No data where usage names no users.
            """,
        isOfAbsence: true, absent: .notApplicable, words: SeatsUnused.words, ukrainian: SeatsUnused.ukrainian,
        measure: SeatsUnused.measure)
}

/// Seats that are paid and not sat on: the next renewal will have fewer.
enum SeatsUnused {
    static let windowDays = 28
    static let leastSeats = 5
    /// A share of seats in use that is nothing to worry about.
    static let enough = 0.5

    struct Evidence: Decodable {
        let users: Int
        let seats: Int
    }

    static func words(_ evidence: Evidence) -> String {
        "\(evidence.users) of \(evidence.seats) paid seats were used within \(Words.days(windowDays))"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        "За \(Words.daysUk(windowDays)) користувались \(evidence.users) з "
            + Words.counted(evidence.seats, "оплаченого місця", "оплачених місць", "оплачених місць")
    }

    static func measure(_ call: SignalCall) -> SQL {
        let from: SQL = "\(fragment: call.today) - \(windowDays)::int"
        return """
            with seated as materialized (
                select p.account_id, s.subject_id from paying p join usage_subject s using (account_id)
                where p.seats >= \(leastSeats)::int
            )
            select account_id, case when status = 'ok' then greatest(0, 1 - users / (\(enough) * seats)) end as value, status,
                case when status = 'ok' then jsonb_build_object('window_days', \(windowDays)::int, 'users', users, 'seats', seats,
                    'unit', 'users') else '{}'::jsonb end as evidence
            from (
                select p.account_id, p.seats, u.users,
                    case when u.account_id is null then 'no_data'
                        when \(call.fleet.usageIsStale) then 'stale_source'
                        when p.since > \(fragment: from) then 'insufficient_history'
                        else 'ok' end as status
                from paying p
                left join (
                    select account_id, count(distinct user_id) filter (where day >= \(fragment: from)) as users from (
                        -- Users by name, and those that the events of a company name.
                        select s.account_id, s.subject_id as user_id, d.day from seated s
                        join usage.subject n on n.id = s.subject_id and n.kind = 'user'
                        cross join lateral (
                            select d.day from usage.daily_part d
                            where d.subject_id = s.subject_id and d.day > \(fragment: call.today) - 90
                                and d.day <= \(fragment: call.today) and d.known_on <= \(fragment: call.today) offset 0
                        ) d
                        union all
                        select s.account_id, e.user_subject_id, (e.occurred_at at time zone 'UTC')::date from seated s
                        cross join lateral (
                            select e.user_subject_id, e.occurred_at from usage.event e
                            where e.subject_id = s.subject_id and e.user_subject_id is not null
                                and e.sent_on >= \(fragment: from) - 2 and \(fragment: call.moment.sees("e")) offset 0
                        ) e
                    ) seen
                    group by account_id
                ) u using (account_id)
                where p.seats >= \(leastSeats)::int
            ) judged
            """
    }
}
