# contacts with a million accounts: import, segments, reads, beside what PostgreSQL does with the same rows.
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
  contacts_superuser <<<"create role bench superuser login password '$password'"
  for name in bench_contacts bench_small; do
    contacts_superuser <<<"create database $name owner bench"
    url="postgresql://bench:$password@127.0.0.1:$(cluster_port)/$name"
    HOLDFAST_MIGRATE_URL=$url "$PLACE/bin/contacts" migrate
  done
  HOLDFAST_BENCH_URL=${url%/*} "$BENCH_PYTHON/bin/python" "$LIB/bench/measure_contacts.py" --bin "$PLACE/bin" \
    --seconds "$(bench_left)" | bench_keep
}

contacts_superuser() {
  as_user "$CLUSTER_USER" "$(cluster_bin)/psql" -qX -v ON_ERROR_STOP=1 -h "$PLACE/socket" -p "$(cluster_port)" -U postgres postgres
}
