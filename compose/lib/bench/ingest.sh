# usage-ingest over HTTP, beside the limits that PostgreSQL sets to the same work on the same durable cluster.
# shellcheck shell=bash

bench_run() {
  local password url
  bench_up
  bench_python
  bench_disk
  # The other services would work on the same two cores; their place is taken by one subscriber that does nothing.
  say "stopping the services"
  services_stop >&2
  password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
  ingest_superuser <<<"create role bench superuser login password '$password'"
  ingest_superuser <<<"create database bench_ingest owner bench"
  url="postgresql://bench:$password@127.0.0.1:$(cluster_port)/bench_ingest"
  HOLDFAST_MIGRATE_URL=$url "$PLACE/bin/contacts" migrate
  HOLDFAST_BENCH_URL=$url "$BENCH_PYTHON/bin/python" "$LIB/bench/measure_ingest.py" --program "$PLACE/bin/usage-ingest" \
    --bench "${HOLDFAST_BIN:-$CODE/.build/release}/ingest-bench" --seconds "$(bench_left)" | bench_keep
}

ingest_superuser() {
  as_user "$CLUSTER_USER" "$(cluster_bin)/psql" -qX -v ON_ERROR_STOP=1 -h "$PLACE/socket" -p "$(cluster_port)" -U postgres postgres
}
