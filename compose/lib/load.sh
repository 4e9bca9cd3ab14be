# Every command of compose/ sources this first; it brings in the rest, one noun a file.
# shellcheck shell=bash
set -euo pipefail
shopt -s inherit_errexit
umask 022

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
CODE=$(dirname "$(dirname "$LIB")")
export LC_ALL=C.UTF-8

# shellcheck source=say.sh
source "$LIB/say.sh"
# shellcheck source=user.sh
source "$LIB/user.sh"
# shellcheck source=place.sh
source "$LIB/place.sh"
# shellcheck source=package.sh
source "$LIB/package.sh"
# shellcheck source=port.sh
source "$LIB/port.sh"
# shellcheck source=program.sh
source "$LIB/program.sh"
# shellcheck source=url.sh
source "$LIB/url.sh"
# shellcheck source=cluster.sh
source "$LIB/cluster.sh"
# shellcheck source=database.sh
source "$LIB/database.sh"
# shellcheck source=environment.sh
source "$LIB/environment.sh"
# shellcheck source=service.sh
source "$LIB/service.sh"
# shellcheck source=key.sh
source "$LIB/key.sh"
# shellcheck source=demo.sh
source "$LIB/demo.sh"
