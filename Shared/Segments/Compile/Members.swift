import Postgres

/// The accounts asked for, with those that were merged into them: common table expressions that end in
/// `member (account_id, member_id)`, in which each living account is also its own member.
enum Members {
    /// `union` drops what was met before, so that even a circle of merges ends.
    static func tables(restrictedTo accounts: [Int64]?) -> SQL {
        guard let accounts else {
            return """
                merged as (
                    select id as member_id, merged_into as account_id from crm.account where merged_into is not null
                    union select l.member_id, a.merged_into from merged l join crm.account a on a.id = l.account_id
                    where a.merged_into is not null
                ), member as not materialized (
                    select id as account_id, id as member_id from crm.account where merged_into is null
                    union all select l.account_id, l.member_id from merged l join crm.account a on a.id = l.account_id
                    where a.merged_into is null
                )
                """
        }
        return """
            asked as (
                select id, merged_into from crm.account where id = any(\(accounts))
                union select a.id, a.merged_into from asked l join crm.account a on a.id = l.merged_into
            ), member as (
                select id as account_id, id as member_id from asked where merged_into is null
                union select m.account_id, a.id from member m join crm.account a on a.merged_into = m.member_id
            )
            """
    }
}
