extension SchemaObject {
    /// Lets every service check a key without being able to read one.
    static let checkKey = SchemaObject(
        sql: #"""
            create or replace function crm.check_key(hash bytea) returns table (id bigint, scope text, expires_at timestamptz)
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                with used as (
                    update crm.api_key as k set used_at = now()
                    where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
                        and (k.used_at is null or k.used_at < now() - interval '1 minute')
                )
                select k.id, k.scope, k.expires_at from crm.api_key as k
                where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            $$;
            comment on function crm.check_key is
                'The key with this SHA-256 if it is good; records its last use at most once a minute';
            """#)
}
