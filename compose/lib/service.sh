# The five services: their names, ports and environment; starting one, asking how it is, stopping all in order.
# shellcheck shell=bash

# In the order of starting. They stop in the same order but for contacts, which people look at, and which goes last.
SERVICES=("${PROGRAMS[@]}")
SERVICES_STOPPING=(usage-ingest risk-scorer scheduler notifier contacts)
declare -A API_PORTS=([contacts]=8080 [usage-ingest]=8081 [scheduler]=8083 [notifier]=8084)
declare -A HEALTH_PORTS=([contacts]=9080 [usage-ingest]=9081 [risk-scorer]=9082 [scheduler]=9083 [notifier]=9084)
# A service stops within 20 s by itself.
STOP_SECONDS=25
STDERR_BYTES=4194304

# HOLDFAST_USAGE_INGEST_PORT of "usage-ingest" and "PORT".
service_setting() {
  local name=${1^^}
  printf 'HOLDFAST_%s_%s\n' "${name//-/_}" "$2"
}

service_port() {
  local setting
  setting=$(service_setting "$1" PORT)
  printf '%s\n' "${!setting:-${API_PORTS[$1]:-}}"
}

service_health_port() {
  local setting
  setting=$(service_setting "$1" HEALTH_PORT)
  printf '%s\n' "${!setting:-$(cat "$PLACE/run/$1.health" 2>/dev/null || printf %s "${HEALTH_PORTS[$1]}")}"
}

service_pid() { cat "$PLACE/run/$1.pid" 2>/dev/null; }

# Alive means that the process is there, is no zombie, and still is that program.
service_runs() { process_is "$(service_pid "$1")" "$1"; }

service_ready() { http_get "$(service_health_port "$1")" /readyz >/dev/null; }

services_running() {
  local service
  for service in "${SERVICES[@]}"; do
    if service_runs "$service"; then printf '%s\n' "$service"; fi
  done
}

# Every port is free, or one sentence says which setting changes it.
services_claim_ports() {
  local service health
  for service in "${SERVICES[@]}"; do
    rm -f "$PLACE/run/$service.health"
    health=$(service_health_port "$service")
    [[ -z ${API_PORTS[$service]:-} ]] ||
      port_claim "$(service_port "$service")" "$(service_setting "$service" PORT)" "$service"
    port_claim "$health" "$(service_setting "$service" HEALTH_PORT)" "the health of $service"
    printf '%s\n' "$health" >"$PLACE/run/$service.health"
  done
}

# Becomes the service, in a process session of its own, as the services' user, with no one else's secret in its
# environment: service_become SERVICE
service_become() {
  local own=${ROLE_URLS[${1//-/_}]} variable drop=()
  for variable in "${SECRETS[@]}" HOLDFAST_STATE HOLDFAST_BIN; do
    [[ $variable == "$own" ]] || unset "$variable"
  done
  export HOLDFAST_LOG_FILE=$PLACE/log/$1.log LC_ALL=C.UTF-8 TZ=UTC
  if [[ $SERVICE_USER != "$ME" ]]; then
    drop=(setpriv --reuid="$SERVICE_USER" --regid="$SERVICE_USER" --init-groups --no-new-privs)
    export HOME=$PLACE/demo USER=$SERVICE_USER LOGNAME=$SERVICE_USER
  fi
  cd "$PLACE/demo" || exit
  # shellcheck disable=SC2016 # the inner shell expands them
  # Standard error is opened by the services' user, so that root never writes through a name that it made.
  exec setsid "${drop[@]}" sh -c 'exec "$0" serve </dev/null >>"$1" 2>&1' "$PLACE/bin/$1" "$PLACE/log/$1.stderr"
}

# The log file has all that standard error said but a crash's last words, so an old one may go.
service_trim_stderr() {
  local file=$PLACE/log/$1.stderr
  [[ ! -f $file || -L $file ]] || (($(stat -c %s "$file") < STDERR_BYTES)) || as_user "$SERVICE_USER" truncate -s 0 "$file"
}

# Asks it to stop, and ends it when it doesn't.
service_stop() {
  service_runs "$1" || { rm -f "$PLACE/run/$1".{pid,since}; return 0; }
  local pid tenth
  pid=$(service_pid "$1")
  kill -TERM "$pid" 2>/dev/null || true
  for ((tenth = 0; tenth < STOP_SECONDS * 10; tenth++)); do
    service_runs "$1" || break
    sleep 0.1
  done
  if service_runs "$1"; then
    say "$1 did not stop within $STOP_SECONDS s and was ended"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$PLACE/run/$1".{pid,since}
}

supervisor_pid() { cat "$PLACE/run/supervise.pid" 2>/dev/null; }

# The supervisor is a process group: one keeper a service. It runs as long as one of them does.
supervisor_runs() {
  local group
  group=$(supervisor_pid) && [[ -n $group ]] && pgrep -g "$group" -f 'compose/lib/supervise' >/dev/null
}

# Everything stops, in order: what restarts services first, the database last.
stop_all() {
  services_stop
  if cluster_exists; then
    if cluster_runs; then say "stopping PostgreSQL"; fi
    cluster_stop
  fi
}

services_stop() {
  local service tenth
  if supervisor_runs; then
    kill -TERM -- "-$(supervisor_pid)" 2>/dev/null || true
    for ((tenth = 0; tenth < 100; tenth++)); do
      supervisor_runs || break
      sleep 0.1
    done
  fi
  for service in "${SERVICES_STOPPING[@]}"; do
    if service_runs "$service"; then say "stopping $service"; fi
    service_stop "$service"
  done
  rm -f "$PLACE/run/supervise.pid"
}
