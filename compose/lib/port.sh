# TCP ports of 127.0.0.1, and the little HTTP that asking for health takes.
# shellcheck shell=bash

# Does somebody listen there?
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first free port from the one given on.
port_free_from() {
  local port=$1
  while port_taken "$port"; do ((port += 1)); done
  printf '%s\n' "$port"
}

# Refuses a port that is in use, and names the setting that changes it: port_claim PORT SETTING WHOSE
port_claim() {
  [[ $1 =~ ^[0-9]{1,5}$ && $1 -ge 1 && $1 -le 65535 ]] ||
    fail "$2 is \"$1\": expected a port number from 1 to 65535, such as 8080."
  ! port_taken "$1" || fail "Port $1, for $3, is in use by another program: stop that one, or set $2 to a free port."
}

# Asks http://127.0.0.1:PORT/PATH; prints the body, and is true for 200: http_get PORT PATH
http_get() {
  # shellcheck disable=SC2016 # the inner shell expands them
  timeout 3 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$0" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" "$1" >&3
    read -r _ code _ <&3
    while IFS= read -r line <&3 && [[ $line != $'"'\r'"' ]]; do :; done
    cat <&3
    [[ $code == 200 ]]' "$1" "$2" 2>/dev/null
}
