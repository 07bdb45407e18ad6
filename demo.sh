#!/bin/bash
# Boots two nodes with real systemd, MariaDB and Asterisk, breaks the one that serves, and shows the other taking over.

set -Eeuo pipefail
trap 'printf "demo.sh: line %s: a step failed (see the lines above)\n" "$LINENO" >&2' ERR

cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
./demo.sh [--fault NAME] [--keep]

Builds the agent, boots the lab, waits for a healthy pair, breaks the node that serves, prints the timeline of both nodes
and how long clients got no answer, brings the node back, does one planned switchover, and stops everything it started.
Writes out/demo/report.json and out/demo/report.html.

  --fault NAME   what to break (default: power); "dotnet run --project tests/Lab -- help" lists the names
  --keep         leave the lab running and say how to enter and stop it
  --help         this text

The first run builds the nodes' Debian and Asterisk (about ten minutes) and keeps them in /var/cache/appliance.
Without root or systemd-nspawn the simulator tells the same story instead.
TEXT
}

lab_options=()
while [ $# -gt 0 ]; do
    case "$1" in
    --fault) lab_options+=(--fault "${2:?--fault needs a name}"); shift 2 ;;
    --keep) lab_options+=(--keep); shift ;;
    --help) usage; exit 0 ;;
    *) printf 'demo.sh: "%s" is not understood; see ./demo.sh --help\n' "$1" >&2; exit 2 ;;
    esac
done

require_dotnet() {
    command -v dotnet >/dev/null && return 0
    printf 'demo.sh: the .NET SDK is missing; global.json says which version, https://dot.net has it\n' >&2
    exit 2
}

# What building and booting need of the host. Root's job; an ordinary user gets the simulator anyway.
install_missing() {
    local missing=() package
    for package in clang zlib1g-dev systemd-container mmdebstrap debian-archive-keyring iproute2 nftables util-linux nbdkit libnbd-bin; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep --quiet '^installed$' || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return 0
    printf 'installing: %s\n' "${missing[*]}"
    apt-get --quiet=2 update
    DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

build_agent() {
    printf 'building the agent\n'
    dotnet publish firmware-agent/Agent --configuration Release --output out/agent --verbosity quiet --nologo
}

build_lab() {
    dotnet build tests/Lab --configuration Release --output out/lab --verbosity quiet --nologo
    dotnet build tests/Twins --configuration Release --output out/twins --verbosity quiet --nologo
}

why_no_lab() {
    if [ "$(id --user)" -ne 0 ]; then
        printf 'this is not root, and booting nodes needs root'
    elif ! command -v systemd-nspawn >/dev/null; then
        printf 'systemd-nspawn is not installed and could not be'
    elif ! unshare --net true 2>/dev/null; then
        printf 'this machine does not allow network namespaces'
    fi
}

require_dotnet
[ "$(id --user)" -ne 0 ] || install_missing
build_agent
reason="$(why_no_lab)"
if [ -n "$reason" ]; then
    printf 'No lab here: %s. The simulator tells the story instead.\n' "$reason"
    exec out/agent/appliance simulate
fi
build_lab
exec out/lab/appliance-lab demo "${lab_options[@]}"
