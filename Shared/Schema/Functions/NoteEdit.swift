extension SchemaObject {
    /// Of a row that an import made, whether anything else changed it since: then the import's undo leaves it alone. The
    /// condition is asked for updates only, and a merge is no edit.
    static let noteEdit = SchemaObject(
        sql: #"""
            create function crm.note_edit() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
            begin
                -- Who sets it, as the undoing of a later import does, is heeded.
                if new.edited is not distinct from old.edited then new.edited := true; end if;
                return new;
            end $$;
            comment on function crm.note_edit is 'Notes that a row which an import made was changed by something else since';
            create trigger note_edit before update on crm.account for each row when (old.import_id is not null
                and old.import_id::text is distinct from current_setting('holdfast.import_id', true)
                and (old.merged_into, old.survivor_id) is not distinct from (new.merged_into, new.survivor_id))
                execute function crm.note_edit();
            do $$
            declare named text;
            begin
                foreach named in array '{contact,subscription,account_order,deal,ticket,invoice,interaction}'::text[] loop
                    execute format('create trigger note_edit before update on crm.%I for each row when (old.import_id is not null
                            and old.import_id::text is distinct from current_setting(%L, true))
                        execute function crm.note_edit()', named, 'holdfast.import_id');
                end loop;
            end $$;
            """#)
}
