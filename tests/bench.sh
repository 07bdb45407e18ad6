#!/bin/bash
# The measurements behind docs/PERFORMANCE.md.

set -Eeuo pipefail
trap 'printf "bench.sh: line %s: a step failed (see the lines above)\n" "$LINENO" >&2' ERR

cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'TEXT'
tests/bench.sh failover [--runs N] [--stacks A,B,...]
    Power loss and planned switchover as a client sees them: ours, and Debian's Heartbeat 3.0.6 and Pacemaker + Corosync
    with the published settings and with the fastest they hold stable. Medians of N runs (default 5).
    Stacks: appliance, heartbeat, heartbeat-fast, pacemaker, pacemaker-fast. Writes out/bench/failover.md and failover.json.

tests/bench.sh stress [--seconds N]
    Loads all cores and the memory of both nodes for N seconds (default 600) and fails if anything moves.
    Writes out/bench/stress-appliance.json.

Both need root: they boot nodes.
TEXT
}

build() {
    dotnet publish firmware-agent/Agent --configuration Release --output out/agent --verbosity quiet --nologo
    dotnet build tests/Lab --configuration Release --output out/lab --verbosity quiet --nologo
}

what="${1:-}"
[ $# -eq 0 ] || shift
case "$what" in
failover) build; exec out/lab/appliance-lab bench "$@" ;;
stress) build; exec out/lab/appliance-lab stress "$@" ;;
--help | "") usage ;;
*)
    printf 'bench.sh: there is no measurement "%s" yet; there are: failover, stress\n' "$what" >&2
    exit 2
    ;;
esac
