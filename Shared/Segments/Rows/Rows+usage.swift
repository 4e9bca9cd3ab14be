import Postgres

extension Rows {
    /// Days of activity with running totals. An account with a subject but no activity keeps one empty row: its usage is
    /// connected, so a count is 0.
    static let activity = Rows(name: "activity", isLarge: true) { _, moment in
        parts("usage.activity_part", moment) {
            "(\(fragment: $0).event is null or \(fragment: $0).event <> all(array(select event from usage.passive_event)))"
        }
    }

    /// The same for events of some names.
    static let eventDays = Rows(name: "event days", isLarge: true) { reach, moment in
        parts("usage.event_part", moment) { "\(fragment: $0).event = any(\(reach.names ?? []))" }
    }

    /// Days of the account's subjects. Of a few accounts each subject is looked up by itself: joined as a whole, the planner
    /// read the days of all subjects for 400 accounts (1.8 s for 16 ms at a million). Of all accounts, that is what is quick.
    private static func parts(_ view: SQL, _ moment: Moment, where condition: (SQL) -> SQL) -> SQL {
        let subjects: SQL = "member m\njoin crm.account_subject s on s.account_id = m.member_id\n"
        guard moment.isNarrow else {
            return """
                \(fragment: subjects)left join \(fragment: view) p on p.subject_id = s.subject_id and \(fragment: condition("p"))
                """
        }
        return """
            \(fragment: subjects)left join lateral (
                select d.event, d.days, d.totals from \(fragment: view) d
                where d.subject_id = s.subject_id and \(fragment: condition("d")) offset 0
            ) p on true
            """
    }

    /// The events themselves.
    static let events = Rows(name: "events", isLarge: true) { reach, moment in
        var within: SQL = "e.event = any(\(reach.names ?? [])) and e.day <= \(fragment: moment.lastDay)"
        if let days = reach.days { within += " and e.day > \(fragment: moment.lastDay) - \(days)::int" }
        if moment.asOf != nil { within += " and e.known_at <= \(fragment: moment.now)" }
        return """
            member m
            join crm.account_subject s on s.account_id = m.member_id
            left join usage.daily_event e on e.subject_id = s.subject_id and \(fragment: within)
            """
    }

    /// Daily totals of the account's subjects, for a past moment and for sums: what was known by then is in no other row.
    static let usage = Rows(name: "usage", isLarge: true) { reach, moment in
        var within: SQL = "d.day <= \(fragment: moment.lastDay)"
        if let days = reach.days { within += " and d.day > \(fragment: moment.lastDay) - \(days)::int" }
        if let names = reach.names { within += " and d.event = any(\(names))" }
        if moment.asOf != nil { within += " and d.known_on <= \(fragment: moment.lastDay)" }
        return """
            member m
            join crm.account_subject s on s.account_id = m.member_id
            left join usage.daily_part d on d.subject_id = s.subject_id and \(fragment: within)
            """
    }

    /// Activity is any event not listed as passive. The list is read once a statement.
    static let isActivity: SQL = "d.event <> all(array(select event from usage.passive_event))"

    /// Events in rows `p` of days with running totals, of the `since` days up to today, without the last `before` of them. As
    /// float8, in which whole numbers are exact up to 2⁵³: sums of bigint are numeric, and cost several times as much.
    static func total(since: Int, before: Int, _ moment: Moment, where condition: SQL = "true") -> SQL {
        func until(_ days: Int) -> SQL {
            """
            coalesce(sum(coalesce(p.totals[width_bucket(\(fragment: moment.today) - \(days)::int, p.days)], 0)::float8)
                filter (where \(fragment: condition)), 0)
            """
        }
        return "(\(fragment: until(before)) - \(fragment: until(since)))"
    }
}
