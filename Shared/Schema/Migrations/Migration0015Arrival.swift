extension Migration {
    /// What is needed to say of everything that arrived how it was read, and to read it again as what it was: one message is
    /// never taken for a body that holds some.
    static let arrival = Migration(
        number: 15, name: "arrival",
        sql: #"""
            alter table usage.quarantine add column is_body boolean not null default false;
            comment on column usage.quarantine.is_body is 'true where it is a whole body, false where it is one message of it';
            alter table usage.quarantine add column content_type text;
            comment on column usage.quarantine.content_type is 'Content-Type of a whole body, by which it is read';
            update usage.quarantine set is_body = true
            where envelope is null and (reason like 'The body %' or reason like 'The data %' or reason like 'compression is %');

            alter table usage.identification add column api_key_id bigint;
            comment on column usage.identification.api_key_id is
                'the write key that it came with, in crm.api_key; null where it came with none, as in an import [id]';
            """#)
}
