extension Migration {
    /// What was answered to a POST with an Idempotency-Key, for the time that it may be sent again. And keys are taken in their
    /// composed form from now on: those that are there are brought into it, unless another has it already.
    static let repetition = Migration(
        number: 16, name: "repetition",
        sql: #"""
            create table crm.idempotency (
                api_key_id bigint not null,
                key text not null check (length(key) between 1 and 200),
                digest bytea not null check (length(digest) = 32),
                status integer,
                answer text,
                created_at timestamptz not null default now(),
                primary key (api_key_id, key)
            );
            create index on crm.idempotency (created_at);
            call holdfast.describe('crm.idempotency', 'What was answered to a request that may be sent again', $$
                api_key_id: the key by which it came, in crm.api_key [id]
                key: its Idempotency-Key
                digest: SHA-256 of its method, path and body
                status: of the answer; null while it is under way, which nobody else sees [HTTP status]
                answer: body of the answer
                created_at: when it came
            $$);

            do $$
            declare
                named text;
            begin
                foreach named in array array['crm.account', 'crm.contact', 'crm.account_order', 'crm.subscription'] loop
                    execute format('update %1$s t set key = g.normal from (
                            select id, normalize(key) as normal, row_number() over (partition by normalize(key) order by id) as place
                            from %1$s where key is not nfc normalized) as g
                        where t.id = g.id and g.place = 1 and not exists (select from %1$s o where o.key = g.normal)', named);
                end loop;
            end $$;
            update usage.subject t set key = g.normal from (
                select id, kind, normalize(key) as normal, row_number() over (partition by kind, normalize(key) order by id) as place
                from usage.subject where key is not nfc normalized) as g
            where t.id = g.id and g.place = 1
                and not exists (select from usage.subject o where o.kind = g.kind and o.key = g.normal);
            """#)
}
