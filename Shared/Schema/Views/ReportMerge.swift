extension SchemaObject {
    /// Merges that stand and that were undone.
    static let reportMerge = SchemaObject(
        sql: #"""
            create view report.merge with (security_barrier) as
            select m.id as merge_id, a.key as account_key, s.key as into_key, m.actor, m.merged_at, m.undone_by, m.undone_at
            from crm.merge m join crm.account a on a.id = m.account_id join crm.account s on s.id = m.into_id;
            call holdfast.describe('report.merge', 'Accounts that were merged into others', $$
                merge_id: the merge, in crm.merge [id]
                account_key: the account that is read as the other one
                into_key: the one that survived
                actor: who merged them
                merged_at: when
                undone_by: who undid it
                undone_at: when; null while it stands
            $$);
            """#)
}
