import Postgres

extension Rows {
    /// Tags put on and taken off.
    static let tags = Rows(name: "tags") { reach, moment in
        """
        member m
        join crm.account_tag t on t.account_id = m.member_id and t.tag = any(\(reach.names ?? []))
            and \(fragment: moment.sees("t"))
        """
    }
}
