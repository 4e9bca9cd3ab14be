extension SchemaObject {
    /// Keeps `crm.account.survivor_id`, whoever merges and whoever takes a merge back. A circle of merges has no living account:
    /// those in it have none.
    static let followMerge = SchemaObject(
        sql: #"""
            create function crm.follow_merge() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
            begin
                with recursive up as (
                    select new.id, new.merged_into
                    union
                    select a.id, a.merged_into from up join crm.account a on a.id = up.merged_into
                ), down as (
                    select new.id
                    union
                    select a.id from down join crm.account a on a.merged_into = down.id
                ), root as (select (select id from up where merged_into is null) as id)
                update crm.account a set survivor_id = nullif(root.id, a.id)
                from root, down where a.id = down.id and a.survivor_id is distinct from nullif(root.id, a.id);
                return null;
            end $$;
            comment on function crm.follow_merge is 'Keeps crm.account.survivor_id when an account is merged or a merge is undone';
            create trigger follow_merge after update of merged_into on crm.account
                for each row when (old.merged_into is distinct from new.merged_into) execute function crm.follow_merge();
            create trigger follow_merge_of_new after insert on crm.account
                for each row when (new.merged_into is not null) execute function crm.follow_merge();
            """#)
}
