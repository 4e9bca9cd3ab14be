# risk-scorer: fits beside lifetimes and scikit-learn, and passes over 100,000, 300,000 and a million accounts.
# shellcheck shell=bash

bench_run() {
  local password url
  bench_up
  bench_python risk
  bench_disk
  # The other services would work on the same two cores.
  say "stopping the services"
  services_stop >&2
  password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
  risk_superuser <<<"create role bench superuser login password '$password'"
  risk_superuser <<<"create database bench_risk owner bench"
  url="postgresql://bench:$password@127.0.0.1:$(cluster_port)/bench_risk"
  HOLDFAST_MIGRATE_URL=$url "$PLACE/bin/contacts" migrate
  HOLDFAST_BENCH_URL=$url "$BENCH_PYTHON/bin/python" "$LIB/bench/measure_risk.py" --bin "$PLACE/bin" \
    --orders "$CODE/compose/demo/shop-orders.csv" --seconds "$(bench_left)" | bench_keep
}

risk_superuser() {
  as_user "$CLUSTER_USER" "$(cluster_bin)/psql" -qX -v ON_ERROR_STOP=1 -h "$PLACE/socket" -p "$(cluster_port)" -U postgres postgres
}
