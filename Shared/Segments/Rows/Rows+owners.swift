import Postgres

extension Rows {
    /// Who looked after the account and those merged into it.
    static let owners = Rows(name: "owners") { _, moment in
        """
        member m
        join crm.account_owner o on o.account_id = m.member_id and \(fragment: moment.sees("o"))
        left join crm.team_user u on u.id = o.user_id
        """
    }
}
