extension Migration {
    /// An import that goes on after a break says what it made before, apart from what it changed.
    static let resumed = Migration(
        number: 23, name: "resumed",
        sql: #"""
            alter table crm.import add made bigint not null default 0;
            comment on column crm.import.made is 'lines that made a row; the others that were accepted changed one [count]';
            """#)
}
