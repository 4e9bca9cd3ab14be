-- The owner and its database, as a superuser sees to it: in our own cluster and in compose.yaml's. Can be run again.
-- The owner is no superuser: it owns the database and may make the roles of the services.
\getenv password OWNER_PASSWORD
set password_encryption = 'scram-sha-256';
select 'create role holdfast' where not exists (select from pg_roles where rolname = 'holdfast') \gexec
alter role holdfast login createrole password :'password';
select 'create database holdfast owner holdfast'
where not exists (select from pg_database where datname = 'holdfast') \gexec
revoke all on database holdfast from public;
revoke connect on database postgres from public;
revoke connect on database template1 from public;

-- Large objects belong to no schema, so that nobody could be kept from writing them.
\connect holdfast
do $$
declare made regprocedure;
begin
    for made in
        select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and (proname like 'lo\_%' or proname in ('loread', 'lowrite'))
    loop
        execute format('revoke execute on function %s from public', made);
    end loop;
end
$$;
