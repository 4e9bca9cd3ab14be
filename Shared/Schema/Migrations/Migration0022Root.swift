extension Migration {
    /// Every account names the one that it is read as, itself where it was not merged, so that whoever reads through merges
    /// joins by one column and one index. A union of living and merged accounts could not be looked up by index from a join:
    /// PostgreSQL 15 doesn't push a join's condition into a branch that has a condition of its own.
    static let root = Migration(
        number: 22, name: "root",
        sql: #"""
            alter table crm.account rename root_id to survivor_id;
            alter index crm.account_root_id_idx rename to account_survivor_id_idx;
            alter table crm.account add root_id bigint
                generated always as (case when merged_into is null then id else survivor_id end) stored;
            create index on crm.account (root_id);
            comment on column crm.account.survivor_id is
                'the living account that merges led to, in crm.account; null for one that was not merged [id]';
            comment on column crm.account.root_id is
                'the account to read it as: its survivor, itself where it was not merged; null in a circle of merges [id]';
            analyze crm.account;
            """#)
}
