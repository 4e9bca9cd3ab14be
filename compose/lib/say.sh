# How the scripts speak: progress on standard error, one clear sentence for a failure.
# shellcheck shell=bash

# One line of progress.
say() { printf '%s\n' "holdfast: $*" >&2; }

# One sentence that says what is wrong and what to do; ends the script.
fail() {
  printf '%s\n' "holdfast: $*" >&2
  exit 1
}

# Prints the script's own head comment, for --help.
usage() {
  usage_text
  exit "${1:-0}"
}

usage_text() { sed -n '2,/^[^#]\|^# shellcheck/{/^# shellcheck/d;s/^# \{0,1\}//p}' "$0"; }

# Runs a command quietly and repeats what it printed only when it fails, with the sentence given first.
# quiet SENTENCE COMMAND…
quiet() {
  local sentence=$1 printed
  shift
  if ! printed=$("$@" 2>&1); then
    if grep -q 'No space left on device' <<<"$printed"; then
      fail "$sentence: the disk is full; free some space and try again."
    fi
    printf '%s\n' "$printed" | tail -20 | sed 's/^/    /' >&2
    fail "$sentence (see above)."
  fi
}
