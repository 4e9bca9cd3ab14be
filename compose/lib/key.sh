# The keys and the first sign-in, made once and kept where only the caller can read them.
# shellcheck shell=bash

# A key for each scope, once.
keys_prepare() {
  if [[ -z ${HOLDFAST_API_KEY:-} ]]; then HOLDFAST_API_KEY=$(key_make api); fi
  if [[ -z ${HOLDFAST_WRITE_KEY:-} ]]; then HOLDFAST_WRITE_KEY=$(key_make write); fi
  environment_write
}

key_make() { program_secret contacts key add --scope "$1" --name "compose-$1"; }

# The first person who may sign in, once; the password stays in a file that only the caller can read.
person_prepare() {
  local people password
  people=$(url_sql "$HOLDFAST_OPERATOR_URL" "select count(*) from crm.team_user where role = 'admin'")
  ((people == 0)) || return 0
  password=$(program_secret contacts user add admin --email admin@example.invalid --role admin)
  (umask 077 && printf 'admin %s\n' "$password" >"$STATE/sign-in")
}

# How to sign in, as long as nobody changed the first password.
person_words() {
  local name password
  if read -r name password 2>/dev/null <"$STATE/sign-in"; then
    printf 'name %s, password %s\n' "$name" "$password"
  else
    printf '%s\n' "a password from: compose/run contacts user password admin"
  fi
}

# The secret that a command prints as its last line; what it says besides is shown only when it fails.
program_secret() {
  local said=$STATE/.said secret
  if ! secret=$(program_run "$@" 2>"$said" | tail -1) || [[ -z $secret ]]; then
    cat "$said" >&2
    rm -f "$said"
    fail "\"$1 $2 $3\" failed (see above)."
  fi
  rm -f "$said"
  printf '%s\n' "$secret"
}

# One program of ours, as the services' user.
program_run() {
  local program=$1
  shift
  as_user "$SERVICE_USER" env -u HOLDFAST_BIN -u HOLDFAST_STATE "$PLACE/bin/$program" "$@" </dev/null
}
