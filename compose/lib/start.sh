# What compose/up does, step by step. Until everything is ready, any end (a failure, Ctrl-C) takes back what was begun.
# shellcheck shell=bash

READY_SECONDS=120
STARTED=''

# start_all [DATABASE_URL [DEMO]]
start_all() {
  place_prepare_for
  exec 9>"$PLACE/run/lock"
  flock -n 9 || fail "Another compose/up is at work in this clone."
  trap start_undo EXIT
  trap 'exit 130' INT TERM HUP
  if [[ -n $(services_running) ]]; then
    say "services of an earlier up, which nobody watches, still run"
    services_stop
  fi
  services_claim_ports
  programs_prepare
  start_database "$1"
  [[ -z ${2:-} ]] || demo_refuse_others "$HOLDFAST_MIGRATE_URL"
  start_migrate
  keys_prepare
  person_prepare
  database_made
  start_services
  start_playbooks
  trap - EXIT INT TERM HUP
  STARTED=1
  start_addresses
}

# What can't be mended comes first; then packages and users, for who can see what depends on them.
place_prepare_for() {
  [[ -n ${HOLDFAST_BIN:-} ]] || swift_need
  packages_need "${PACKAGES_RUN[@]}"
  user_prepare
  place_prepare
}

# Takes back: services, the cluster, and what was made and is not yet whole.
start_undo() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  stop_all
  if [[ ${CLUSTER_HALF_MADE:-} ]]; then
    rm -rf "${PLACE:?}/pg"
  fi
  [[ -z ${ENVIRONMENT_NEW:-} ]] || rm -f "$STATE"/{env,sign-in}
  exit "$code"
}

start_database() {
  local url=$1 known=${HOLDFAST_MIGRATE_URL:-}
  [[ -n $known ]] || ENVIRONMENT_NEW=1
  if [[ -z $url ]] && { cluster_exists || [[ -z $known ]]; }; then
    start_own_database
    return
  fi
  ! cluster_exists ||
    fail "This clone has a database of its own: compose/down --erase deletes it, then --database can be given."
  [[ -z $url || -z $known || $(url_without_password "$url") == "$(url_without_password "$known")" ]] ||
    fail "This clone uses the database $(url_without_password "$known"): compose/down --erase forgets it (and leaves it as it is)."
  url=${url:-$known}
  database_check "$url"
  environment_prepare "$url"
}

start_own_database() {
  local url=${HOLDFAST_MIGRATE_URL:-}
  if ! cluster_exists; then
    CLUSTER_HALF_MADE=1
    cluster_create
    url=
  fi
  cluster_start
  if [[ -n $url ]]; then
    url=$(url_for "${url/@127.0.0.1:*\//@127.0.0.1:$(cluster_port)/}" holdfast "$(url_password "$url")")
  else
    url=$(database_prepare)
  fi
  environment_prepare "$url"
}

# From here on a failure no longer deletes what was made.
database_made() {
  CLUSTER_HALF_MADE=''
  ENVIRONMENT_NEW=''
}

# The first program of the release brings the database up to date, and gives every role its password.
start_migrate() {
  say "migrating the database"
  program_run contacts migrate || fail "The database could not be migrated (see above)."
}

start_services() {
  say "starting the services"
  rm -f "$PLACE"/run/*.ended
  # Signals that the caller blocks or ignores would stay so in the supervisor, and nothing could stop it.
  (files_close && exec env --default-signal setsid "$LIB/supervise" </dev/null >>"$PLACE/log/compose.log" 2>&1) &
  printf '%s\n' "$!" >"$PLACE/run/supervise.pid"
  local service began=$SECONDS
  for service in "${SERVICES[@]}"; do
    until service_runs "$service" && service_ready "$service"; do
      # What a setting or a file is to blame for, no new start mends.
      [[ $(cat "$PLACE/run/$service.ended" 2>/dev/null) != @(64|65|77|78) ]] ||
        fail "$service refuses to start: $(start_last_words "$service")"
      ((SECONDS - began < READY_SECONDS)) ||
        fail "$service is not ready after $READY_SECONDS s: $(start_last_words "$service")"
      sleep 0.2
    done
    say "  $service is ready"
  done
}

# The playbooks of this clone; one that is stored already and unchanged stays as it is. The services' user may not see the
# clone, so they are read from a copy.
start_playbooks() {
  rm -rf "$PLACE/run/playbooks"
  install -D -m 0644 -t "$PLACE/run/playbooks" "$CODE"/compose/playbooks/*.yaml
  say "loading the playbooks"
  program_run scheduler playbook load "$PLACE/run/playbooks" >&2 || fail "The playbooks could not be loaded (see above)."
}

start_last_words() { tail -n 1 "$PLACE/log/$1.stderr" 2>/dev/null || printf 'see %s\n' "$PLACE/log"; }

start_addresses() {
  cat <<END

Holdfast runs.
  console and API   $HOLDFAST_CONTACTS_URL
  usage events      $HOLDFAST_INGEST_URL
  tasks and plans   $HOLDFAST_SCHEDULER_URL
  messages          $HOLDFAST_NOTIFIER_URL
  sign in with      $(person_words)
  keys and URLs     source $STATE/env
  how it is         compose/status
END
}

# The demo, on what this up started or what runs already. Ctrl-C stops all; a demo that fails leaves only a detached
# Holdfast running, to be looked at: start_demo [DETACH]
start_demo() {
  if [[ $STARTED ]]; then
    trap 'exit 130' INT TERM HUP
    trap "start_undo_demo '$1'" EXIT
  fi
  demo_run
  trap - EXIT INT TERM HUP
}

start_undo_demo() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  [[ $1 && $code != 130 ]] || stop_all
  exit "$code"
}

# start_runs_already [DATABASE_URL]: a second up starts nothing.
start_runs_already() {
  [[ -z $1 || $(url_without_password "$1") == "$(url_without_password "${HOLDFAST_MIGRATE_URL:-}")" ]] ||
    fail "Holdfast runs already, on another database: stop it with compose/down first."
  say "Holdfast runs already (stop it with compose/down)"
  "$CODE/compose/status" || true
}

# Stays in the foreground and repeats what the supervisor notes, until Ctrl-C or compose/down.
start_stay() {
  trap 'STAYING=' INT TERM HUP
  printf '\nCtrl-C stops it.\n'
  exec 9>&-
  STAYING=1
  (trap '' INT && exec tail -n 0 -F "$PLACE/log/compose.log" 2>/dev/null) &
  local tail=$!
  while [[ $STAYING ]] && supervisor_runs; do
    sleep 1 &
    wait $! || true
  done
  kill "$tail" 2>/dev/null || true
  if [[ ! $STAYING ]]; then
    trap '' INT TERM HUP
    printf '\n'
    stop_all
  else
    say "stopped by compose/down"
  fi
}
