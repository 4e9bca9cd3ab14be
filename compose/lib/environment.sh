# STATE/env: every address, URL and key, to be sourced by people and read by these scripts. Mode 0600.
# shellcheck shell=bash

# Role names without holdfast_, and the variables that hold their URLs.
ROLES=(contacts usage_ingest risk_scorer scheduler notifier operator report)
declare -A ROLE_URLS=(
  [contacts]=HOLDFAST_CONTACTS_DATABASE_URL
  [usage_ingest]=HOLDFAST_USAGE_INGEST_DATABASE_URL
  [risk_scorer]=HOLDFAST_RISK_SCORER_DATABASE_URL
  [scheduler]=HOLDFAST_SCHEDULER_DATABASE_URL
  [notifier]=HOLDFAST_NOTIFIER_DATABASE_URL
  [operator]=HOLDFAST_OPERATOR_URL
  [report]=HOLDFAST_REPORT_URL
)
KEYS=(HOLDFAST_API_KEY HOLDFAST_WRITE_KEY)
ADDRESSES=(HOLDFAST_CONTACTS_URL HOLDFAST_INGEST_URL HOLDFAST_SCHEDULER_URL HOLDFAST_NOTIFIER_URL)
ADDRESSED=(contacts usage-ingest scheduler notifier)
SECRETS=(HOLDFAST_MIGRATE_URL "${ROLE_URLS[@]}" "${KEYS[@]}")

# Forgets what the caller's shell had of it (another clone's, perhaps) and reads this clone's.
environment_load() {
  unset "${SECRETS[@]}" "${ADDRESSES[@]}"
  [[ -e $STATE/env ]] || return 0
  [[ -r $STATE/env ]] || fail "$STATE/env belongs to $(stat -c %U "$STATE/env"): run this as that user, or with sudo."
  # shellcheck source=/dev/null
  source "$STATE/env"
}

# For commands that need a database that is there.
environment_need() {
  environment_load
  [[ -n ${HOLDFAST_MIGRATE_URL:-} ]] || fail "There is nothing here yet: start it with compose/up."
}

# From the owner's URL makes everybody else's; passwords that are known stay: environment_prepare OWNER_URL
environment_prepare() {
  local role variable password index
  HOLDFAST_MIGRATE_URL=$1
  for role in "${ROLES[@]}"; do
    variable=${ROLE_URLS[$role]}
    password=$(url_password "${!variable:-}") || password=
    printf -v "$variable" %s "$(url_for "$1" "holdfast_$role" "${password:-$(password_new)}")"
  done
  for index in "${!ADDRESSED[@]}"; do
    printf -v "${ADDRESSES[$index]}" %s "http://127.0.0.1:$(service_port "${ADDRESSED[$index]}")"
  done
  export "${SECRETS[@]}" "${ADDRESSES[@]}" PATH="$PLACE/bin:$PATH"
  environment_write
}

# Writes the file whole or not at all.
environment_write() {
  local role variable variables=(HOLDFAST_MIGRATE_URL)
  for role in "${ROLES[@]}"; do variables+=("${ROLE_URLS[$role]}"); done
  variables+=("${KEYS[@]}" "${ADDRESSES[@]}")
  if ! (
    umask 077
    {
      printf '# Holdfast: source this. Written by compose/up; deleted by compose/down --erase.\n'
      for variable in "${variables[@]}"; do
        [[ -z ${!variable:-} ]] || printf 'export %s=%q\n' "$variable" "${!variable}"
      done
      # shellcheck disable=SC2016 # the reader's shell expands it
      printf 'case ":$PATH:" in *:%q:*) ;; *) export PATH=%q:"$PATH" ;; esac\n' "$PLACE/bin" "$PLACE/bin"
    } >"$STATE/.env.new"
  ) || ! mv "$STATE/.env.new" "$STATE/env"; then
    fail "$STATE/env can't be written: the disk is full, or it is somebody else's."
  fi
}
