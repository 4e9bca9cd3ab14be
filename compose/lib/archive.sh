# A backup: a folder with the database (pg_dump's custom format), the roles that own or may use something in it
# (without passwords: these come from STATE/env when it is restored), and a manifest.
# shellcheck shell=bash

ARCHIVE_FORMAT=1

# The roles as SQL that can be run twice: what this database depends on, their settings, who is member of whom.
archive_roles() {
  url_sql "$1" "
    with used as (
      select distinct r.* from pg_roles r join pg_shdepend d on d.refobjid = r.oid
      where d.refclassid = 'pg_authid'::regclass and r.rolname <> current_user and r.rolname !~ '^pg_'
        and d.dbid in (0, (select oid from pg_database where datname = current_database())))
    select format(
      'do \$\$ begin if not exists (select from pg_roles where rolname = %L) then create role %I %s; end if; end \$\$;',
      rolname, rolname, case when rolcanlogin then 'login' else 'nologin' end)
    from used where not rolsuper
    union all
    select format('grant %I to current_user;', rolname) from used where not rolsuper
    union all
    select format('grant %I to %I;', r.rolname, u.rolname)
    from pg_auth_members m join used u on u.oid = m.member join pg_roles r on r.oid = m.roleid
    where r.rolname !~ '^pg_'
    union all
    select format('alter role %I set %I = %L;', rolname, split_part(setting, '=', 1),
      substr(setting, strpos(setting, '=') + 1))
    from used, unnest(rolconfig) as setting where not rolsuper"
}

archive_manifest() {
  local folder=$1 url=$2
  url_sql "$url" "
    select json_build_object('format', $ARCHIVE_FORMAT, 'made_at', now(), 'owner', current_user,
      'postgres', current_setting('server_version'),
      'sha256', json_build_object('database.dump', '$(archive_sum "$folder/database.dump")',
        'roles.sql', '$(archive_sum "$folder/roles.sql")'))"
}

archive_sum() { sha256sum "$1" | cut -d' ' -f1; }

# One field of the manifest: archive_field FOLDER NAME
archive_field() { sed -nE "s/.*\"$2\" : \"?([^\",}]*)\"?[,}].*/\1/p" "$1/manifest.json"; }

# Refuses what is no backup, or was changed since.
archive_check() {
  local folder=$1 file
  [[ -f $folder/manifest.json ]] || fail "There is no backup in $folder (no manifest.json)."
  [[ $(archive_field "$folder" format) == "$ARCHIVE_FORMAT" ]] ||
    fail "The backup in $folder is of another format than $ARCHIVE_FORMAT: restore it with the release that made it."
  for file in database.dump roles.sql; do
    [[ -f $folder/$file && $(archive_field "$folder" "$file") == "$(archive_sum "$folder/$file")" ]] ||
      fail "$folder/$file is not what was backed up: its checksum differs."
  done
}

# The backup as one stream of SQL. The owner is no superuser, and may give a view to another role only while that role
# may create in the view's schema: so schemas first, that right for a while, everything, and the true grants last.
archive_sql() {
  local folder=$1 bin=$2 list
  list=$(mktemp)
  cat "$folder/roles.sql"
  "$bin/pg_restore" --list "$folder/database.dump" | grep '^[0-9]' >"$list.all"
  archive_part "$folder" "$bin" "$list" ' SCHEMA - '
  archive_create_right grant to
  archive_part "$folder" "$bin" "$list" -v ' SCHEMA - | ACL - SCHEMA | ACL pg_catalog '
  archive_create_right revoke from
  archive_part "$folder" "$bin" "$list" ' ACL - SCHEMA '
  rm -f "$list" "$list.all"
}

# Those entries of the dump that grep finds: archive_part FOLDER BIN LIST GREP_OPTION… PATTERN
archive_part() {
  local folder=$1 bin=$2 list=$3
  shift 3
  grep -E "$@" "$list.all" >"$list" || true
  "$bin/pg_restore" --use-list="$list" -f - "$folder/database.dump"
}

archive_create_right() {
  cat <<END
do \$\$
declare statement text;
begin
  for statement in
    select format('$1 create on schema %I $2 %I', n.nspname, r.rolname) from pg_namespace n, pg_roles r
    where n.nspowner = (select oid from pg_roles where rolname = current_user) and r.rolname <> current_user
      and not r.rolsuper and r.rolname !~ '^pg_' and pg_has_role(current_user, r.oid, 'member')
  loop
    execute statement;
  end loop;
end
\$\$;
END
}

# Refuses a database that holds something, or whose owner has another name: archive_target FOLDER URL
archive_target() {
  local owner held
  owner=$(archive_field "$1" owner)
  [[ $(url_user "$2") == "$owner" ]] ||
    fail "The backup belongs to the role $owner: sign in as a role of that name, not as $(url_user "$2")."
  held=$(url_sql "$2" "
    select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'")
  ((held == 0)) || fail "The database is not empty ($held tables and the like): restore goes into an empty one only" \
    "(compose/down --erase deletes our own)."
}

# All in one transaction: archive_restore FOLDER URL
archive_restore() {
  local bin printed
  bin=$(cluster_programs)
  printed=$(mktemp)
  if ! archive_sql "$1" "$bin" |
    url_run "$2" "$bin/psql" --no-psqlrc -q --single-transaction -v ON_ERROR_STOP=1 >/dev/null 2>"$printed"; then
    grep -E 'ERROR|FATAL|error' "$printed" | head -5 >&2
    rm -f "$printed"
    fail "The backup could not be restored (see above); the database is empty as before."
  fi
  rm -f "$printed"
}
