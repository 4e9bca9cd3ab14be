extension SchemaObject {
    /// Merged accounts are read through their survivor; no row moves.
    static let crmAccountRoot = SchemaObject(
        sql: #"""
            create view crm.account_root as
            select id as account_id, root_id from crm.account where root_id is not null;
            call holdfast.describe('crm.account_root', 'Every account and the one that survived its merges; itself where it was not merged', $$
                account_id: the account, in crm.account [id]
                root_id: the account to read it as, in crm.account [id]
            $$);

            create view crm.subject_account as
            select s.subject_id, r.root_id as account_id
            from crm.account_subject s join crm.account_root r on r.account_id = s.account_id;
            call holdfast.describe('crm.subject_account', 'Which living account the usage of a subject counts for', $$
                subject_id: the subject, in usage.subject [id]
                account_id: the account after merges, in crm.account [id]
            $$);
            """#)
}
