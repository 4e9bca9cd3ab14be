extension SchemaObject {
    /// Lets every service check a key without being able to read one. A column more shuts no older program out: they name
    /// those that they read.
    static let checkKey = SchemaObject(
        sql: #"""
            create or replace function crm.check_key(hash bytea) returns table (
                id bigint, scope text, expires_at timestamptz, events_per_second integer, events_per_day bigint)
            language sql security definer set search_path = pg_catalog, pg_temp as $$
                with used as (
                    update crm.api_key as k set used_at = now()
                    where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
                        and (k.used_at is null or k.used_at < now() - interval '1 minute')
                )
                select k.id, k.scope, k.expires_at, k.events_per_second, k.events_per_day from crm.api_key as k
                where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            $$;
            comment on function crm.check_key is
                'The key with this SHA-256 if it is good; records its last use at most once a minute';
            """#)
}
