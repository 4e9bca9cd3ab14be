# What every bench stands on: an installation that is thrown away, the disk's own times, and how the outcome is shown.
#
# A bench is one file, bench/NAME.sh: its first line says what it measures, and its function bench_run measures it and
# hands each JSON object of its outcome to bench_keep. It may use bench_up, bench_quiet, bench_disk,
# bench_python and bench_left.
# shellcheck shell=bash

# The whole of it, with a build from nothing [s].
BENCH_SECONDS=2340
# How long the queues must have been empty before a measurement begins, and may take to become so [s].
BENCH_QUIET=5
BENCH_QUIET_DEADLINE=600
# Apart from what compose/up takes by default.
BENCH_PORT_FIRST=18080

bench_names() { bench_list | awk '{ printf "%s%s", (NR > 1 ? ", " : ""), $1 } END { print "" }'; }

bench_list() {
  local file name
  for file in "$LIB"/bench/*.sh; do
    name=$(basename "$file" .sh)
    printf '%-8s %s\n' "$name" "$(sed -n '1s/^# *//p' "$file")"
  done
}

# Seconds that are left for all that follows.
bench_left() { printf '%s\n' $((BENCH_SECONDS > SECONDS ? BENCH_SECONDS - SECONDS : 0)); }

# Takes the place of the throw-away installation, after whatever a bench that was killed left there.
bench_begin() {
  packages_need "${PACKAGES_RUN[@]}" python3
  user_prepare
  mkdir -p "$STATE" || fail "The folder $STATE can't be created: run this as the owner of the clone, or as root."
  exec 8<"$STATE"
  flock -n 8 || fail "Another compose/bench is at work in this clone: its figures and yours would spoil each other."
  bench_erase
  BENCH_RESULTS=$(mktemp -d)
  trap bench_end EXIT
  trap 'exit 130' INT TERM HUP
}

# Stops and deletes everything. What the programs said is kept after a failure, to see why.
bench_end() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  rm -rf "$BENCH_RESULTS"
  ((code == 0 || code == 130)) || bench_keep_logs
  bench_erase
  rm -rf "$STATE"
  rmdir --ignore-fail-on-non-empty "$(dirname "$STATE")"
  exit "$code"
}

# The folder itself stays: it is what is locked.
bench_erase() {
  stop_all >&2
  local entry
  for entry in "${PLACE_ENTRIES[@]}"; do rm -rf "${PLACE:?}/$entry" "${STATE:?}/$entry"; done
  rm -f "$STATE"/{env,.env.new,sign-in}
  [[ $PLACE == "$STATE" || ! -e $PLACE ]] || rmdir "$PLACE"
}

bench_keep_logs() {
  [[ -d $PLACE/log ]] || return 0
  local kept
  kept=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-bench.XXXXXX")
  cp -r "$PLACE/log/." "$kept" && say "what the programs said is kept in $kept"
}

# Builds, makes a durable cluster on disk, and starts the five programs as their own roles, all on free ports. Settings in
# the environment go to the programs.
bench_up() {
  local service port=$BENCH_PORT_FIRST
  for service in "${SERVICES[@]}"; do
    port=$(port_free_from $((port + 1)))
    [[ -z ${API_PORTS[$service]:-} ]] || export "$(service_setting "$service" PORT)=$port"
    port=$(port_free_from $((port + 1)))
    export "$(service_setting "$service" HEALTH_PORT)=$port"
  done
  # shellcheck disable=SC2034 # cluster.sh reads it
  CLUSTER_PORT_FIRST=$((BENCH_PORT_FIRST + 100))
  environment_load
  # A shell of its own: its traps are its own, and what it leaves running does not hold the lock.
  (start_all '') 8<&-
  unset HOLDFAST_STATE HOLDFAST_BIN
  environment_load
  (($(bench_left) > 0)) || fail "The build took all of the $((BENCH_SECONDS / 60)) minutes: run it again, it is built now."
}

# Waits until no job has been ready or running for a while.
bench_quiet() {
  local end=$((SECONDS + BENCH_QUIET_DEADLINE)) since=$SECONDS
  say "waiting until the queues are quiet"
  while ((SECONDS - since < BENCH_QUIET)); do
    [[ $(url_sql "$HOLDFAST_REPORT_URL" 'select sum(ready + running) from report.queue') == 0 ]] || since=$SECONDS
    ((SECONDS < end)) || fail "After $((BENCH_QUIET_DEADLINE / 60)) minutes the queues still are not empty."
    sleep 0.5
  done
}

# Python with the peers, unmodified from PyPI, and what the measurements ask the database with: those of the queue, or of
# the file of that name.
bench_python() {
  local peers=$LIB/bench/peers/${1:-requirements}.txt
  packages_need python3-venv
  BENCH_PYTHON=$CODE/.build/bench-python${1:+-$1}
  cmp -s "$peers" "$BENCH_PYTHON/requirements.txt" && return 0
  say "installing the peers"
  rm -rf "$BENCH_PYTHON"
  quiet "A Python environment could not be made" python3 -m venv "$BENCH_PYTHON"
  quiet "The peers could not be installed" \
    "$BENCH_PYTHON/bin/pip" install --quiet --requirement "$peers"
  cp "$peers" "$BENCH_PYTHON/requirements.txt"
}

# The disk's own times: how often a page can be made durable in a second, and what one commit takes at the cluster.
bench_disk() {
  local commit
  say "measuring the disk"
  commit=$(as_user "$CLUSTER_USER" "$(cluster_bin)/pgbench" -h "$PLACE/socket" -p "$(cluster_port)" -U postgres \
    -n -c 1 -T 3 -f - postgres <<<"select pg_logical_emit_message(true, 'bench', 'commit');" 2>/dev/null |
    sed -nE 's/^latency average = ([0-9.]+) ms$/\1/p')
  [[ -n $commit ]] || fail "pgbench gave no time for a commit."
  python3 "$LIB/bench/disk.py" "$PLACE/demo/bench-disk" "$commit" | bench_keep
}

# Takes one JSON object of the outcome from standard input; all of them are shown as one.
bench_keep() { cat >"$BENCH_RESULTS/$(find "$BENCH_RESULTS" -type f | wc -l).json"; }

# bench_show [--json]
bench_show() { python3 "$LIB/bench/show.py" "$@" "$BENCH_RESULTS"/*.json; }
