# PostgreSQL URLs. A password never stands on a command line, where every user of the machine could read it:
# psql and its relatives get the URL without it, and PGPASSWORD beside it.
# shellcheck shell=bash

URL_PATTERN='^postgres(ql)?://(([^:@/?]*)(:([^@/?]*))?@)?([^@?]*)(\?.*)?$'

URL_FORM=postgresql://user:password@host:5432/name

# Refuses what the scripts can't take apart.
url_check() {
  [[ $1 =~ $URL_PATTERN ]] || fail "This is no PostgreSQL URL; expected $URL_FORM."
  local user=${BASH_REMATCH[3]} place=${BASH_REMATCH[6]} options=${BASH_REMATCH[7]}
  [[ -n $user ]] || fail "The database URL names no user; expected $URL_FORM."
  [[ $place =~ /[^/]+$ ]] || fail "The database URL names no database; expected $URL_FORM."
  [[ ! $options =~ [?\&](user|password)= ]] || fail "Write user and password in front of the host: $URL_FORM."
}

url_user() { [[ $1 =~ $URL_PATTERN ]] && url_decode "${BASH_REMATCH[3]}"; }
url_password() { [[ $1 =~ $URL_PATTERN ]] && url_decode "${BASH_REMATCH[5]}"; }
url_without_password() {
  [[ $1 =~ $URL_PATTERN ]] && printf 'postgresql://%s@%s%s\n' "${BASH_REMATCH[3]}" "${BASH_REMATCH[6]}" "${BASH_REMATCH[7]}"
}

# The same database for another role: url_for URL ROLE PASSWORD
url_for() {
  [[ $1 =~ $URL_PATTERN ]] && printf 'postgresql://%s:%s@%s%s\n' "$2" "$3" "${BASH_REMATCH[6]}" "${BASH_REMATCH[7]}"
}

url_decode() {
  local text=${1//\\/\\\\}
  printf '%b\n' "${text//%/\\x}"
}

# Runs a PostgreSQL program against a URL: url_run URL PROGRAM ARGUMENT… (the URL is added as --dbname)
url_run() {
  local url=$1 program=$2 password
  shift 2
  password=$(url_password "$url")
  PGPASSWORD=$password PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} PGAPPNAME=${PGAPPNAME:-holdfast-compose} \
    "$program" --dbname="$(url_without_password "$url")" "$@"
}

# One statement, its values one a line, without a person's psqlrc: url_sql URL SQL
url_sql() { url_run "$1" psql --no-psqlrc --no-password -qAt -v ON_ERROR_STOP=1 -c "$2"; }
