# PostgreSQL's image runs this once, when it has made its cluster: our database and its owner.
# shellcheck shell=bash
OWNER_PASSWORD=$(cat /run/secrets/owner) psql --no-psqlrc -q -v ON_ERROR_STOP=1 -U postgres -d postgres \
  -f /holdfast/database.sql
