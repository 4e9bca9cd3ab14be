import Postgres

extension Rows {
    /// Daily totals of the account's subjects. An account with a subject but no rows within reach keeps one empty row: its
    /// usage is connected, so a count is 0.
    static let usage = Rows(name: "usage") { reach, moment in
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
}
