// Over 200 lines: what keeps the records in order, in one step; much of it the comments that operators read.
extension Migration {
    /// Erasing people, merging accounts and undoing both merges and imports.
    ///
    /// Which import made a row, the row says itself: the columns' default reads `holdfast.import_id`, which an import sets
    /// for its transaction, so that no statement need name it and a million orders cost eight bytes each. What is changed
    /// later says so by a trigger (`crm.note_edit`), which inserts never meet.
    static let upkeep = Migration(
        number: 21, name: "upkeep",
        sql: #"""
            alter table crm.account add erased_at timestamptz;
            comment on column crm.account.erased_at is 'when the person was erased; what is left names nobody';

            create table crm.audit_personal (
                audit_id bigint primary key,
                contact_id bigint,
                account_id bigint,
                detail jsonb not null
            );
            create index on crm.audit_personal (contact_id);
            create index on crm.audit_personal (account_id);
            call holdfast.describe('crm.audit_personal', 'What audited changes say of people; lost when the person is erased', $$
                audit_id: the change, in crm.audit [id]
                contact_id: the contact, in crm.contact [id]
                account_id: the account, in crm.account [id]
                detail: the change
            $$);
            -- crm.audit keeps no key and no value of a person any more.
            insert into crm.audit_personal (audit_id, contact_id, detail)
            select t.id, c.id, t.detail || jsonb_build_object('key', c.key)
            from crm.audit t join crm.contact c on t.object = 'contact ' || c.key;
            insert into crm.audit_personal (audit_id, account_id, detail)
            select t.id, a.id, t.detail || jsonb_build_object('key', a.key)
            from crm.audit t join crm.account a on a.kind = 'person' and t.object = 'account ' || a.key;
            update crm.audit t set detail = '{}', object = coalesce('contact #' || p.contact_id, 'account #' || p.account_id)
            from crm.audit_personal p where p.audit_id = t.id;

            create table crm.erasure (
                id bigint generated always as identity primary key,
                contacts bigint[] not null,
                account_id bigint,
                whole boolean not null,
                subjects bigint[] not null,
                actor text not null,
                erased_at timestamptz not null default now(),
                removed jsonb not null default '{}',
                waits_for text[] not null,
                finished_at timestamptz,
                check ((finished_at is null) = (waits_for <> '{}'))
            );
            create index on crm.erasure (account_id);
            call holdfast.describe('crm.erasure', 'Certificates: people who were erased, without naming them', $$
                id: identity [id]
                contacts: who they were, in crm.contact until then [ids]
                account_id: the account that they were at, or that was erased, in crm.account [id]
                whole: true where the account is a person and was erased itself
                subjects: whom the person's usage was about, in usage.subject [ids]
                actor: who asked for it: a user, a key or the command line
                erased_at: when contacts erased it
                removed: rows that were removed or emptied, as counts by table
                waits_for: services that have not yet erased what they hold
                finished_at: when the last of them had
            $$);

            create table crm.erasure_value (
                erasure_id bigint not null references crm.erasure on delete cascade,
                value text not null,
                primary key (erasure_id, value)
            );
            call holdfast.describe('crm.erasure_value', 'What to look for while an erasure is under way; empty once it is finished', $$
                erasure_id: the erasure, in crm.erasure [id]
                value: a name, key or address of the person
            $$);

            create table crm.erased_address (
                channel text not null,
                hash bytea not null check (length(hash) = 32),
                erased_at timestamptz not null default now(),
                primary key (channel, hash)
            );
            call holdfast.describe('crm.erased_address', 'Addresses of people who were erased: nothing is sent there, whoever brings them again', $$
                channel: the channel
                hash: SHA-256 of the address in its plain form, see crm.plain_address
                erased_at: since when
            $$);

            create table crm.merge (
                id bigint generated always as identity primary key,
                account_id bigint not null references crm.account,
                into_id bigint not null references crm.account,
                actor text not null,
                merged_at timestamptz not null default now(),
                undone_by text,
                undone_at timestamptz,
                check ((undone_by is null) = (undone_at is null)),
                check (account_id <> into_id)
            );
            create unique index on crm.merge (account_id) where undone_at is null;
            create index on crm.merge (into_id);
            call holdfast.describe('crm.merge', 'Accounts that were merged into others, and whether it was undone', $$
                id: identity [id]
                account_id: the account that is read as the other one, in crm.account [id]
                into_id: the one that survived, in crm.account [id]
                actor: who merged them
                merged_at: when
                undone_by: who undid it
                undone_at: when; null while it stands
            $$);
            insert into crm.merge (account_id, into_id, actor) select id, merged_into, 'unknown' from crm.account
            where merged_into is not null;

            alter table crm.import
                add undone_at timestamptz, add undone_by text, add taken_back bigint, add restored bigint, add kept jsonb;
            call holdfast.describe('crm.import', 'Imports of files', $$
                undone_at: when it was undone
                undone_by: who undid it
                taken_back: rows that it had made and that are gone since [count]
                restored: rows that it had changed and that are again what they were [count]
                kept: rows that were left as they are, as counts by reason
            $$);

            create table crm.import_before (
                import_id bigint not null references crm.import on delete cascade,
                row_id bigint not null,
                before jsonb not null,
                after bytea not null check (length(after) = 32),
                primary key (import_id, row_id)
            );
            create index on crm.import_before (row_id);
            call holdfast.describe('crm.import_before', 'What rows were before an import changed them', $$
                import_id: the import, in crm.import [id]
                row_id: the row, in the table of the import's kind [id]
                before: the row before the import
                after: SHA-256 of the row as the import left it: one that is something else by now is not set back
            $$);

            do $$
            declare
                named text;
            begin
                foreach named in array array[
                    'account', 'contact', 'subscription', 'account_order', 'deal', 'ticket', 'invoice', 'account_owner',
                    'account_tag', 'contact_address', 'contact_consent', 'subscription_state', 'deal_state', 'ticket_state',
                    'order_line', 'interaction'
                ] loop
                    execute format('alter table crm.%I add import_id bigint', named);
                    execute format('alter table crm.%I alter import_id set default nullif(current_setting(%L, true), %L)::bigint',
                        named, 'holdfast.import_id', '');
                    execute format('comment on column crm.%I.import_id is %L', named,
                        'the import that made it, in crm.import; null where it came otherwise [id]');
                end loop;
                foreach named in array array[
                    'account', 'contact', 'subscription', 'account_order', 'deal', 'ticket', 'invoice', 'interaction'
                ] loop
                    execute format('alter table crm.%I add edited boolean not null default false', named);
                    execute format('comment on column crm.%I.edited is %L', named,
                        'true where an import made it and something else changed it since');
                end loop;
            end $$;
            """#)
}
