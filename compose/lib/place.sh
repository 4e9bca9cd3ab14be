# Where things live. STATE is .holdfast of the clone; PLACE is where the cluster, programs, logs and demo files really
# are: STATE itself, or a folder under /var/lib/holdfast to which STATE's entries point, when the users that run
# PostgreSQL and the services can't see the clone (under /root, say).
# shellcheck shell=bash

STATE=${HOLDFAST_STATE:-$CODE/.holdfast}
STATE=$(realpath -m "$STATE")
PLACE=$STATE
if [[ -L $STATE/run ]]; then
  PLACE=$(dirname "$(readlink "$STATE/run")")
fi
PLACE_ENTRIES=(bin demo log pg run socket)

# Makes the folders, and the links where they are elsewhere. Harmless when all is there.
place_prepare() {
  mkdir -p "$STATE" || fail "The folder $STATE can't be created: run this as the owner of the clone, or as root."
  [[ -w $STATE ]] || fail "The folder $STATE belongs to $(stat -c %U "$STATE"): run this as that user, or as root."
  chmod 0755 "$STATE"
  place_choose
  mkdir -p "$PLACE"/{bin,demo,log/postgres,run,socket}
  place_owners
  local entry
  for entry in "${PLACE_ENTRIES[@]}"; do
    [[ $PLACE == "$STATE" || -L $STATE/$entry ]] || ln -s "$PLACE/$entry" "$STATE/$entry"
  done
}

# As root: a clone that either user can't reach gets a place of its own under /var/lib/holdfast, named by its path.
place_choose() {
  [[ $EUID == 0 && ! -e $STATE/run ]] || return 0
  if ! user_reaches "$CLUSTER_USER" "$STATE" || ! user_reaches "$SERVICE_USER" "$STATE"; then
    PLACE=/var/lib/holdfast/$(tr -s '/.' '-' <<<"${STATE#/}" | sed 's/-holdfast$//')
    say "$STATE can't be seen by the users $CLUSTER_USER and $SERVICE_USER, so the state is kept in $PLACE"
    install -d -m 0755 /var/lib/holdfast
  fi
}

# Each folder belongs to the one that writes it. In log the services make files of their own and can touch no other's.
place_owners() {
  chmod 0755 "$PLACE" "$PLACE"/{bin,run}
  chmod 0700 "$PLACE"/{log/postgres,socket}
  chmod 0750 "$PLACE/demo"
  if ((EUID == 0)); then
    chown "$SERVICE_USER:$SERVICE_USER" "$PLACE/demo"
    chown "root:$SERVICE_USER" "$PLACE/log"
    chown "$CLUSTER_USER:$CLUSTER_USER" "$PLACE"/{log/postgres,socket}
  fi
  chmod 1775 "$PLACE/log"
  touch "$PLACE"/log/{build,compose}.log
}

# Refuses to begin what the disk can't hold: place_needs FOLDER MEGABYTES WHAT
place_needs() {
  local free
  free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
  ((free >= $2)) || fail "The disk is full: $3 needs $2 MB in $1, and $free MB are free."
}

# Deletes the state, wherever it is, but for the backups.
place_erase() {
  local entry
  for entry in "${PLACE_ENTRIES[@]}"; do rm -rf "${PLACE:?}/$entry" "$STATE/$entry"; done
  rm -f "$STATE"/{env,.env.new,sign-in}
  [[ $PLACE == "$STATE" ]] || rmdir "$PLACE"
  if [[ -d $STATE/backup ]]; then
    say "the backups stay in $STATE/backup"
  else
    rmdir --ignore-fail-on-non-empty "$STATE"
  fi
}
