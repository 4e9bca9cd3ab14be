# What compose/test does: a throw-away cluster, the Python clients, lint, build, tests.
# shellcheck shell=bash

CHECK_MEGABYTES=1500
CHECK_PYTHON=$CODE/.build/test-python

# A cluster in memory that loses everything on a crash and is deleted at the end; fast, and only for tests.
check_cluster_start() {
  local memory=/dev/shm bin port
  (($(df -Pm "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }') >= CHECK_MEGABYTES)) || memory=${TMPDIR:-/tmp}
  place_needs "$memory" "$CHECK_MEGABYTES" "the tests' database"
  check_sweep "$memory"
  bin=$(cluster_programs)
  CHECK_CLUSTER=$memory/holdfast-test.$$
  install -d -m 0700 -o "$CLUSTER_USER" "$CHECK_CLUSTER"
  say "starting a throw-away PostgreSQL in $CHECK_CLUSTER"
  quiet "The tests' cluster could not be made" as_user "$CLUSTER_USER" "$bin/initdb" -D "$CHECK_CLUSTER/data" \
    -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=und --no-sync
  port=$(port_free_from $((55000 + RANDOM % 4000)))
  as_user "$CLUSTER_USER" tee -a "$CHECK_CLUSTER/data/postgresql.conf" >/dev/null <<END
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$CHECK_CLUSTER'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 256MB
max_wal_size = 1GB
timezone = 'UTC'
END
  (files_close && as_user "$CLUSTER_USER" "$bin/pg_ctl" -D "$CHECK_CLUSTER/data" -l "$CHECK_CLUSTER/log" -w start >/dev/null) ||
    fail "The tests' cluster doesn't start: $(tail -1 "$CHECK_CLUSTER/log")"
  export HOLDFAST_TEST_DATABASE_URL=postgresql://postgres@127.0.0.1:$port/postgres
}

check_cluster_stop() {
  [[ -n ${CHECK_CLUSTER:-} ]] || return 0
  as_user "$CLUSTER_USER" "$(cluster_programs)/pg_ctl" -D "$CHECK_CLUSTER/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$CHECK_CLUSTER"
}

# Removes what a run that was killed left behind: check_sweep FOLDER
check_sweep() {
  local left
  for left in "$1"/holdfast-test.*; do
    if [[ -d $left && -O $left || $EUID == 0 ]] && ! kill -0 "${left##*.}" 2>/dev/null; then
      CHECK_CLUSTER=$left check_cluster_stop
    fi
  done
}

# The unmodified PyPI clients, in an environment of their own, made again when their versions change.
check_python() {
  export HOLDFAST_TEST_PYTHON=$CHECK_PYTHON/bin/python
  cmp -s "$CODE/compose/requirements.txt" "$CHECK_PYTHON/requirements.txt" && return 0
  say "installing the Python clients"
  rm -rf "$CHECK_PYTHON"
  quiet "A Python environment could not be made" python3 -m venv "$CHECK_PYTHON"
  quiet "The Python clients could not be installed" \
    "$CHECK_PYTHON/bin/pip" install --quiet --requirement "$CODE/compose/requirements.txt"
  cp "$CODE/compose/requirements.txt" "$CHECK_PYTHON/requirements.txt"
}

check_lint() {
  say "checking the form of the code"
  swift format lint --strict --parallel --recursive Package.swift Services Shared Tests compose ||
    fail "The code is not formatted: swift format -i -r Package.swift Services Shared Tests compose"
  local scripts
  mapfile -t scripts < <(grep -lI '^#!.*bash' .ci/run compose/* compose/lib/* 2>/dev/null)
  scripts+=(compose/lib/bench/*.sh)
  if command -v shellcheck >/dev/null; then
    shellcheck -x "${scripts[@]}" || fail "shellcheck finds fault with the scripts (see above)."
  else
    say "shellcheck is not installed: the scripts are not checked"
  fi
}

check_build() {
  place_needs "$CODE" "$BUILD_MEGABYTES" "the build"
  say "building programs and tests, warnings being errors"
  local log=$CODE/.build/test-build.log
  mkdir -p "$CODE/.build"
  if ! swift build --build-tests 2>&1 | tee "$log" | programs_progress; then
    build_explain "$log"
  fi
}
