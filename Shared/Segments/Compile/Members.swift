import Postgres

/// The accounts asked for, with those that were merged into them: common table expressions that end in
/// `member (account_id, member_id)`, in which each living account is also its own member.
enum Members {
    /// `condition` is over the account `a`: of the living ones only those that meet it are asked for.
    static func tables(restrictedTo accounts: [Int64]?, where condition: SQL?) -> SQL {
        let met: SQL = condition.map { " and (\(fragment: $0))" } ?? ""
        guard let accounts else {
            return """
                member as not materialized (
                    select a.root_id as account_id, a.id as member_id from crm.account a
                    where a.root_id is not null and (a.merged_into is not null or (true\(fragment: met)))
                )
                """
        }
        return """
            asked as (
                select a.id from crm.account a
                where a.id in (
                    select g.root_id from crm.account g where g.id = any(\(accounts)))
                    and a.merged_into is null\(fragment: met)
            ), member as (
                select m.root_id as account_id, m.id as member_id from asked a join crm.account m on m.root_id = a.id
            )
            """
    }
}
