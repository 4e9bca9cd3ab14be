# The PostgreSQL cluster of our own, in PLACE/pg: made once, started, watched, stopped. Its superuser comes in through
# the local socket only, which nobody but the cluster's user can reach.
# shellcheck shell=bash

POSTGRES_OLDEST=15
CLUSTER_MEGABYTES=500
CLUSTER_PORT_FIRST=54320

# The newest installed folder of initdb and pg_ctl that is not too old; nothing if there is none.
cluster_programs() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr); do
    [[ -x $folder/initdb ]] && (($(cut -d/ -f5 <<<"$folder") >= POSTGRES_OLDEST)) && printf '%s\n' "$folder" && return
  done
  return 0
}

# The programs that fit the cluster that is there, or the newest.
cluster_bin() {
  local folder version
  if cluster_exists; then
    version=$(cat "$PLACE/pg/PG_VERSION")
    folder=/usr/lib/postgresql/$version/bin
    [[ -x $folder/postgres ]] ||
      fail "The cluster in $PLACE/pg is of PostgreSQL $version, which is no longer installed: apt-get install postgresql-$version."
  else
    folder=$(cluster_programs)
    [[ -n $folder ]] || fail "No PostgreSQL of version $POSTGRES_OLDEST or newer is installed: apt-get install postgresql."
  fi
  printf '%s\n' "$folder"
}

cluster_exists() { [[ -s $PLACE/pg/PG_VERSION ]]; }

cluster_port() { sed -n 's/^port = //p' "$PLACE/pg/holdfast.conf"; }

cluster_pid() { head -1 "$PLACE/pg/postmaster.pid" 2>/dev/null; }

# Is the postmaster of this very cluster alive?
cluster_runs() {
  local pid
  pid=$(cluster_pid) && process_is "$pid" postgres && [[ /proc/$pid/cwd -ef $PLACE/pg ]]
}

# Makes the cluster. What a failure leaves behind is removed by the caller's cleanup (up: `cluster_made`).
cluster_create() {
  local bin
  bin=$(cluster_bin)
  place_needs "$PLACE" "$CLUSTER_MEGABYTES" "the database"
  say "making a PostgreSQL cluster in $PLACE/pg"
  install -d -m 0700 -o "$CLUSTER_USER" -g "$(id -gn "$CLUSTER_USER")" "$PLACE/pg"
  # LC_ALL=C would give SQL_ASCII; ICU's root order sorts every language sensibly.
  quiet "The cluster could not be made" as_user "$CLUSTER_USER" "$bin/initdb" -D "$PLACE/pg" -U postgres \
    -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=und -k --auth-local=peer --auth-host=scram-sha-256
  cluster_configure
}

cluster_configure() {
  local socket=$PLACE/socket
  # A socket's path may have 107 bytes.
  ((${#socket} <= 90)) ||
    fail "The path $socket is too long for a socket: clone to a folder with a path under 80 characters."
  cluster_file pg_hba.conf <<END
local all postgres peer map=holdfast
host all postgres all reject
host all all 127.0.0.1/32 scram-sha-256
END
  cluster_file pg_ident.conf <<<"holdfast $CLUSTER_USER postgres"
  cluster_settings "$(port_free_from "$CLUSTER_PORT_FIRST")" "$socket"
  as_user "$CLUSTER_USER" tee -a "$PLACE/pg/postgresql.conf" >/dev/null <<<"include 'holdfast.conf'"
}

# Durable, and modest enough for a small machine. Connections: README, "Connection budget".
cluster_settings() {
  cluster_file holdfast.conf <<END
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = '$2'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = on
# Statistics of a database that was just filled are all wrong: a minute of it is long.
autovacuum_naptime = 10s
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = '$PLACE/log/postgres'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_min_duration_statement = 1s
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %u %a '
END
}

cluster_file() { as_user "$CLUSTER_USER" tee "$PLACE/pg/$1" >/dev/null; }

# Starts the cluster if it doesn't run; takes another port if somebody else has its own, or is quicker.
cluster_start() {
  cluster_runs && return 0
  local attempt words
  cluster_bin >/dev/null
  place_needs "$PLACE" 100 "the database"
  for attempt in 1 2 3 4 5; do
    # Nobody listens there, and yet it may be taken: as somebody's own end of a connection.
    cluster_move "$(port_free_from $(($(cluster_port) + (attempt > 1))))"
    say "starting PostgreSQL on port $(cluster_port)"
    if cluster_launch; then return; fi
    # Who was quicker may be gone again by now, so PostgreSQL's own words count.
    words=$(cluster_last_words)
    if [[ $words != *"TCP/IP sockets"* ]] || ((attempt == 5)); then fail "PostgreSQL doesn't start: $words"; fi
  done
}

cluster_move() {
  [[ $1 != "$(cluster_port)" ]] || return 0
  as_user "$CLUSTER_USER" sed -i "s/^port = .*/port = $1/" "$PLACE/pg/holdfast.conf"
}

cluster_launch() (
  files_close
  as_user "$CLUSTER_USER" "$(cluster_bin)/pg_ctl" -D "$PLACE/pg" -l "$PLACE/log/postgres/start.log" -w -t 120 start \
    >/dev/null 2>&1
)

cluster_last_words() {
  tail -qn 20 "$PLACE/log/postgres"/*.log 2>/dev/null | grep -E 'FATAL|PANIC' | tail -1 || printf 'see %s\n' "$PLACE/log/postgres"
}

cluster_stop() {
  cluster_runs || return 0
  quiet "PostgreSQL doesn't stop" \
    as_user "$CLUSTER_USER" "$(cluster_bin)/pg_ctl" -D "$PLACE/pg" -m fast -w -t 60 stop
}

# SQL of standard input, as the superuser: cluster_sql DATABASE
cluster_sql() {
  as_user "$CLUSTER_USER" psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -h "$PLACE/socket" -p "$(cluster_port)" -U postgres \
    -d "$1"
}
