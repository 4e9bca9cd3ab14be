# The database: made in our own cluster, or checked when somebody gave one by --database.
# shellcheck shell=bash

# Makes the owner and its database, or gives the owner of a database already made a new password. Prints the URL.
# The owner is no superuser: it owns the database and may make the roles of the services.
database_prepare() {
  local password
  password=$(password_new)
  cluster_sql postgres <<END
set password_encryption = 'scram-sha-256';
select 'create role holdfast' where not exists (select from pg_roles where rolname = 'holdfast') \\gexec
alter role holdfast login createrole password '$password';
select 'create database holdfast owner holdfast'
where not exists (select from pg_database where datname = 'holdfast') \\gexec
END
  database_close
  printf 'postgresql://holdfast:%s@127.0.0.1:%s/holdfast\n' "$password" "$(cluster_port)"
}

# What only a superuser may take from the public: large objects, which belong to no schema, and other databases.
database_close() {
  cluster_sql holdfast <<'END'
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
revoke all on database holdfast from public;
revoke connect on database postgres from public;
revoke connect on database template1 from public;
END
}

# Refuses a database that won't do, in one sentence that holds no password: database_check URL
database_check() {
  local url=$1 told version encoding maker name
  url_check "$url"
  name=$(url_without_password "$url")
  if ! told=$(url_sql "$url" "select current_setting('server_version_num')::int / 10000,
      pg_encoding_to_char(encoding), (select rolcreaterole or rolsuper from pg_roles where rolname = current_user)
    from pg_database where datname = current_database()" 2>&1); then
    database_refusal "$name" "$told"
  fi
  IFS='|' read -r version encoding maker <<<"$told"
  ((version >= POSTGRES_OLDEST)) ||
    fail "The database $name is PostgreSQL $version, and $POSTGRES_OLDEST is the oldest supported."
  [[ $encoding == UTF8 ]] ||
    fail "The database $name has the encoding $encoding; make one with \"create database … encoding 'UTF8' template template0\"."
  [[ $maker == t ]] ||
    fail "The role $(url_user "$url") may not make roles: as a superuser, \"alter role $(url_user "$url") createrole\"."
}

# libpq's words for why it can't connect, put into one sentence.
database_refusal() {
  case $2 in
    *"password authentication failed"* | *"no password supplied"*)
      fail "The database $1 refuses the password of $(url_user "$1"): check the URL given by --database." ;;
    *"does not exist"*) fail "There is no such database or role: $1." ;;
    *) fail "The database $1 can't be reached: $(head -1 <<<"$2" | sed 's/^psql: error: //')" ;;
  esac
}

password_new() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
