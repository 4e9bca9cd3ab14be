# The database: made in our own cluster, or checked when somebody gave one by --database.
# shellcheck shell=bash

# Makes the owner and its database, or gives the owner of one already made a new password. Prints the owner's URL.
database_prepare() {
  local password
  password=$(password_new)
  OWNER_PASSWORD=$password cluster_sql postgres <"$LIB/database.sql"
  printf 'postgresql://holdfast:%s@127.0.0.1:%s/holdfast\n' "$password" "$(cluster_port)"
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
