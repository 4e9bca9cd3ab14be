extension Migration {
    /// What is known of a score and of an erased person that can't be told from the rest of the row.
    static let overdue = Migration(
        number: 32, name: "overdue",
        sql: #"""
            alter table risk.score add is_learned boolean not null default false;
            comment on column risk.score.is_learned is
                'false where it is the opinion of experts: nothing was learned of such accounts and that horizon yet';
            alter table crm.erasure_value add is_distinctive boolean not null default true;
            comment on column crm.erasure_value.is_distinctive is
                'whether it stands for nobody and nothing else; one that does not is looked for in what is the person''s own alone';
            """#)
}
