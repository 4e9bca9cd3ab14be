# Who does what: as root, PostgreSQL runs as postgres, the services as holdfast, the build as the clone's owner.
# Without root, everything runs as the caller.
# shellcheck shell=bash

ME=$(id -un)
CLUSTER_USER=$ME
SERVICE_USER=$ME
BUILD_USER=$ME
if ((EUID == 0)); then
  CLUSTER_USER=postgres
  SERVICE_USER=holdfast
  # A clone owned by a person stays that person's: root's files in it would lock its owner out.
  BUILD_USER=$(getent passwd "$(stat -c %u "$CODE")" | cut -d: -f1)
  BUILD_USER=${BUILD_USER:-root}
fi

# Runs a command as another user, from a folder everybody may enter: as_user USER COMMAND…
as_user() {
  local user=$1 home
  shift
  if [[ $user == "$ME" ]]; then
    "$@"
  else
    home=$(getent passwd "$user" | cut -d: -f6)
    (cd / && HOME=$home USER=$user LOGNAME=$user exec runuser -u "$user" -- "$@")
  fi
}

# Creates the system user that runs the services, when root and it is not there yet.
user_prepare() {
  [[ $SERVICE_USER != "$ME" ]] || return 0
  getent passwd "$SERVICE_USER" >/dev/null && return 0
  say "creating the system user $SERVICE_USER"
  quiet "The system user $SERVICE_USER could not be created" \
    useradd --system --user-group --no-create-home --home-dir /var/lib/holdfast --shell /usr/sbin/nologin \
    "$SERVICE_USER"
}

# May USER pass through every folder on the way to FOLDER? user_reaches USER FOLDER
user_reaches() {
  local folder=$2
  while [[ $folder != / ]]; do
    as_user "$1" test -x "$folder" || return 1
    folder=$(dirname "$folder")
  done
}

# Is there a process of that number, no zombie, which runs that program? process_is PID PROGRAM
process_is() {
  local stat
  [[ -n $1 ]] && stat=$(cat "/proc/$1/stat" 2>/dev/null) && [[ $stat == "$1 ($2) "[^ZX]* ]]
}

# Before what stays behind when the script ends: it holds none of the caller's files open, which would keep a pipe, or
# a lock, from ever being closed.
files_close() {
  local file
  for file in /proc/self/fd/*; do
    file=${file##*/}
    ((file <= 2)) || eval "exec $file>&-"
  done
}
