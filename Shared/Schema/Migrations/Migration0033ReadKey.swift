extension Migration {
    /// Keys that read and change nothing.
    static let readKey = Migration(
        number: 33, name: "read_key",
        sql: #"""
            alter table crm.api_key drop constraint api_key_scope_check,
                add check (scope in ('write', 'api', 'read'));
            comment on column crm.api_key.scope is 'write sends usage, api reads and writes contacts, read reads them';
            """#)
}
