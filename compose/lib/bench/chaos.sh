# The job queue under faults: workers killed and stopped, PostgreSQL restarted, the network broken; accounted for exactly.
# shellcheck shell=bash

CHAOS_SECONDS=40

bench_run() {
  local program=${HOLDFAST_BIN:-$CODE/.build/release}/queue-bench
  packages_need faketime
  environment_load
  place_prepare
  programs_prepare
  bench_chaos_disk
  "$program" chaos --seconds "$CHAOS_SECONDS" | bench_keep
}

# Of the disk on which the scenarios' own cluster is.
bench_chaos_disk() { python3 "$LIB/bench/disk.py" "${TMPDIR:-/tmp}/holdfast-bench-disk" 0 | bench_keep; }
