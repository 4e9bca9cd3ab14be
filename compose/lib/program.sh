# The five programs: which Swift, build when something changed, install stripped into PLACE/bin.
# shellcheck shell=bash

PROGRAMS=(contacts usage-ingest risk-scorer scheduler notifier)
SWIFT_OLDEST=6.2
BUILD_MEGABYTES=3000

# Finds swift, checks its version, puts it on PATH.
swift_need() {
  local folder home version
  home=$(getent passwd "${SUDO_USER:-$BUILD_USER}" | cut -d: -f6)
  for folder in "$home/.local/share/swiftly/bin" /opt/swift/usr/bin /usr/local/swift/usr/bin; do
    if ! command -v swift >/dev/null && [[ -x $folder/swift ]]; then PATH=$PATH:$folder; fi
  done
  command -v swift >/dev/null ||
    fail "There is no Swift here: get $SWIFT_OLDEST or newer from https://www.swift.org/install/linux/" \
      "(or use compose/compose.yaml, which needs only Docker)."
  version=$(cd / && swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9.]+$') ||
    fail "\"swift --version\" gives no answer; expected Swift $SWIFT_OLDEST or newer."
  [[ $(printf '%s\n' "$SWIFT_OLDEST" "$version" | sort -V | head -1) == "$SWIFT_OLDEST" ]] ||
    fail "Swift $version is too old: get $SWIFT_OLDEST or newer from https://www.swift.org/install/linux/."
}

# Everything that the programs are made of, as one checksum.
programs_sum() {
  (cd "$CODE" && swift --version 2>/dev/null &&
    find Package.swift Services Shared compose/demo/story -type f -print0 | sort -z | xargs -0 sha256sum) |
    sha256sum | cut -d' ' -f1
}

# Builds in release and installs, unless what is installed was built of the same. With HOLDFAST_BIN, a folder of
# programs already built, it takes those.
programs_prepare() {
  if [[ -n ${HOLDFAST_BIN:-} ]]; then
    programs_take "$HOLDFAST_BIN"
    return
  fi
  packages_need "${PACKAGES_BUILD[@]}"
  swift_need
  local sum
  sum=$(programs_sum)
  [[ $(cat "$PLACE/bin/.built-of" 2>/dev/null) != "$sum" ]] || return 0
  programs_build
  programs_install "$CODE/.build/release"
  printf '%s\n' "$sum" >"$PLACE/bin/.built-of"
}

# The Swift runtime is linked in, so that the services' user need not see the toolchain.
programs_build() {
  place_needs "$CODE" "$BUILD_MEGABYTES" "the build"
  say "building in release (the first time takes about ten minutes on two cores)"
  local log=$PLACE/log/build.log
  if ! as_user "$BUILD_USER" env "PATH=$PATH" \
    swift build -c release --static-swift-stdlib --package-path "$CODE" 2>&1 | tee "$log" | programs_progress; then
    build_explain "$log"
  fi
}

# One sentence for a build that failed, after what the compiler said: build_explain LOG
build_explain() {
  if grep -q 'No space left on device' "$1"; then
    fail "The build stopped: the disk is full; free some space and try again."
  elif grep -q 'Failed to clone repository\|Failed to fetch' "$1"; then
    grep -A4 -E '^error: Failed' "$1" | head -6 >&2
    fail "The Swift packages could not be fetched: see that https://github.com can be reached, then try again."
  fi
  grep -E 'error:' "$1" | sort -u | head -20 >&2 || tail -20 "$1" >&2
  fail "The build failed; the whole of it is in $1."
}

# SwiftPM's own [n/m] lines: on a terminal the last one stays in sight, elsewhere one a half minute is enough.
programs_progress() {
  if [[ -t 2 ]]; then
    awk '/^\[[0-9]+\/[0-9]+\]/ { printf "\r\033[K%.*s", 100, $0 > "/dev/stderr" } END { print "" > "/dev/stderr" }'
  else
    awk '{ now = systime() }
      /^\[[0-9]+\/[0-9]+\]/ && now >= due { print > "/dev/stderr"; due = now + 30 }
      /^Build complete/ { print > "/dev/stderr" }'
  fi
}

# Links to programs built elsewhere, or copies them where the services' user can't see them: programs_take FOLDER
programs_take() {
  local folder program
  folder=$(realpath "$1")
  for program in "${PROGRAMS[@]}"; do
    [[ -x $folder/$program ]] || fail "There is no program $program in $1: build it, or unset HOLDFAST_BIN."
  done
  rm -f "$PLACE/bin/.built-of"
  if ! user_reaches "$SERVICE_USER" "$folder"; then
    programs_install "$folder"
    return
  fi
  for program in "${PROGRAMS[@]}" demo-story; do
    [[ ! -x $folder/$program ]] || ln -sfn "$folder/$program" "$PLACE/bin/$program"
  done
}

# Copies each program into place whole, so that a running one keeps its file: programs_install FOLDER
programs_install() {
  local program
  for program in "${PROGRAMS[@]}" demo-story; do
    [[ -x $1/$program ]] || continue
    if ! install -m 0755 "$1/$program" "$PLACE/bin/.$program.new" 2>/dev/null; then
      rm -f "$PLACE/bin/.$program.new"
      fail "The program $program can't be copied to $PLACE/bin: the disk is full, or the folder is somebody else's."
    fi
    strip "$PLACE/bin/.$program.new"
    mv "$PLACE/bin/.$program.new" "$PLACE/bin/$program"
  done
}
