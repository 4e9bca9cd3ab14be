# Debian packages: what is missing is installed, by root or through sudo; else it is said.
# shellcheck shell=bash

PACKAGES_RUN=(libpq5 zlib1g postgresql procps)
PACKAGES_BUILD=(libpq-dev zlib1g-dev pkg-config git g++ binutils ca-certificates)
PACKAGES_TEST=(python3-venv shellcheck pgbouncer faketime)

# Installs those of the named packages that are missing: packages_need NAME…
packages_need() {
  local missing=() name
  for name in "$@"; do
    package_installed "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null ||
    fail "These are missing: ${missing[*]} (Debian's names). Install them with this system's own package tool."
  say "installing the Debian packages ${missing[*]}"
  packages_install "${missing[@]}"
}

package_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]] && return 0
  # PostgreSQL from elsewhere than Debian's metapackage will do: postgresql-16 of apt.postgresql.org, say.
  [[ $1 == postgresql && -n $(cluster_programs) ]]
}

packages_install() {
  local root=()
  if ((EUID != 0)); then
    root=(sudo -n)
    sudo -n true 2>/dev/null || { [[ -t 0 ]] && command -v sudo >/dev/null && sudo -v; } ||
      fail "These Debian packages are missing; as root: apt-get install $*"
  fi
  quiet "apt-get update failed" "${root[@]}" apt-get update -q
  if [[ " $* " == *" postgresql "* ]]; then package_without_cluster "${root[@]}"; fi
  quiet "apt-get install $* failed" \
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# Debian starts a cluster of its own with the package, unless this file says no before it is installed.
package_without_cluster() {
  local file=/etc/postgresql-common/createcluster.d/holdfast.conf
  [[ ! -e $file ]] || return 0
  "$@" mkdir -p "$(dirname "$file")"
  "$@" tee "$file" >/dev/null <<<"create_main_cluster = false"
}
