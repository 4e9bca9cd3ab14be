import Postgres

extension Signal {
    static let seatsUnused = Signal(
        "seats_unused", title: "Seats stand empty",
        about: """
            Users with activity in the last 28 days against the seats that are paid for, from five seats on: none where as many \
            of them are used as by the lowest quarter of the fleet, or half of them; 1 where nobody came. No data where usage \
            names no users; not applicable where there is too much of it to be worried about.
            """,
        isOfAbsence: true, absent: .notApplicable, words: SeatsUnused.words, ukrainian: SeatsUnused.ukrainian,
        measure: SeatsUnused.measure)
}

/// Seats that are paid and not sat on: the next renewal will have fewer.
enum SeatsUnused {
    static let windowDays = 28
    static let leastSeats = 5
    /// A share of seats in use that is nothing to worry about, whatever is usual.
    static let enough = 0.5
    /// So many of the fleet say what is usual: its events are many.
    static let sample = 300
    /// Whoever has more events names enough users without being looked into.
    static let mostEvents = 20_000

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
        let usual = min(enough, call.fleet.seatsUsed ?? enough)
        return """
            with seated as materialized (
                select account_id, since, seats from paying where seats >= \(leastSeats)::int
            ), \(fragment: users(call.moment))
            select account_id, case when status = 'ok' then greatest(0, 1 - users / nullif(\(usual) * seats, 0)) end as value, status,
                case when status = 'ok' then jsonb_build_object('window_days', \(windowDays)::int, 'users', users, 'seats', seats,
                    'usual_share', round(\(usual)::numeric, 3), 'unit', 'users') else '{}'::jsonb end as evidence
            from (
                select s.account_id, s.seats, u.users,
                    case when u.account_id is null then 'no_data'
                        when u.is_busy then 'not_applicable'
                        when \(call.fleet.usageIsStale) then 'stale_source'
                        when s.since > \(fragment: call.today) - \(windowDays)::int then 'insufficient_history'
                        else 'ok' end as status
                from seated s left join seat_use u using (account_id)
            ) judged
            """
    }

    /// The common table expressions that count the users of `seated`: `seat_use` with account_id, users and is_busy, of those
    /// whose usage names any. Users are known by a name of their own, or named by the events of a company.
    static func users(_ moment: Moment) -> SQL {
        let today: SQL = "\(moment.today)::date"
        let isActivity: SQL = "<> all(array(select event from usage.passive_event))"
        // Roll-ups of a day that a past moment lies in hold what came later on it.
        let known: SQL =
            moment.isNow
            ? "d.known_on <= \(fragment: today)" : "d.known_on < \(fragment: today) and d.day < \(fragment: today)"
        return """
            seat as materialized (
                select s.account_id, u.subject_id, n.kind = 'user' as is_user
                from seated s join usage_subject u using (account_id) join usage.subject n on n.id = u.subject_id
            ), seat_use as materialized (
                select account_id, count(distinct user_id) filter (where day >= \(fragment: today) - \(windowDays)::int) as users,
                    bool_or(place > \(mostEvents)::int) as is_busy
                from (
                    select s.account_id, s.subject_id as user_id, d.day, 0 as place from seat s
                    cross join lateral (
                        select d.day from usage.daily_part d
                        where d.subject_id = s.subject_id and d.day > \(fragment: today) - 90 and d.day <= \(fragment: today)
                            and \(fragment: known) and d.event \(fragment: isActivity) offset 0
                    ) d where s.is_user
                    union all
                    select s.account_id, e.user_subject_id, (e.occurred_at at time zone 'UTC')::date, e.place from seat s
                    cross join lateral (
                        select e.user_subject_id, e.occurred_at, row_number() over () as place from (
                            select e.user_subject_id, e.occurred_at from usage.event e
                            where e.subject_id = s.subject_id and e.user_subject_id is not null
                                and e.sent_on >= \(fragment: today) - \(windowDays + 2)::int and e.event \(fragment: isActivity)
                                and \(fragment: moment.sees("e")) limit \(mostEvents + 1)::int
                        ) e
                    ) e where not s.is_user
                ) seen group by account_id
            )
            """
    }
}
