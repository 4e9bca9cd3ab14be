# The job queue: ours beside PgQueuer, procrastinate and the limit that the database sets, all on one durable PostgreSQL.
# shellcheck shell=bash

bench_run() {
  local password url program=${HOLDFAST_BIN:-$CODE/.build/release}/queue-bench
  bench_up
  bench_python
  queue_cluster
  bench_disk
  password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
  queue_superuser <<<"create role bench superuser login password '$password'"
  queue_superuser <<<"create database bench_queue owner bench"
  queue_superuser <<<"create database bench_peer owner bench"
  url="postgresql://bench:$password@127.0.0.1:$(cluster_port)"
  HOLDFAST_MIGRATE_URL="$url/bench_queue" "$PLACE/bin/contacts" migrate
  HOLDFAST_BENCH_URL=$url "$BENCH_PYTHON/bin/python" "$LIB/bench/measure_queue.py" --program "$program" --pgbench "$(cluster_bin)/pgbench" \
    --services "$(queue_pids)" --seconds "$(bench_left)" | bench_keep
}

queue_superuser() {
  as_user "$CLUSTER_USER" "$(cluster_bin)/psql" -qX -v ON_ERROR_STOP=1 -h "$PLACE/socket" -p "$(cluster_port)" -U postgres postgres
}

# Times of commits and counts of statements, for the measurements that need them. The services reconnect by themselves.
queue_cluster() {
  queue_superuser <<<"alter system set shared_preload_libraries = 'pg_stat_statements'"
  queue_superuser <<<"alter system set track_commit_timestamp = on"
  (files_close && as_user "$CLUSTER_USER" "$(cluster_bin)/pg_ctl" -D "$PLACE/pg" -l "$PLACE/log/postgres/start.log" -w -m fast restart \
    >/dev/null 2>&1) || fail "PostgreSQL did not restart: $(cluster_last_words)"
  queue_superuser <<<"create extension pg_stat_statements"
  bench_quiet
}

queue_pids() {
  local service pids=()
  for service in "${SERVICES[@]}"; do pids+=("$(service_pid "$service")"); done
  printf '%s\n' "${pids[*]}"
}
