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

tests/bench.sh lines [--runs N] [--seconds N]
    The telephone lines: from Asterisk's death, and from the agent's, until the relay lets go; from the decision until the bridge is
    steered; what a relay that hangs for N seconds (default 30) does to the heartbeat. Medians of N runs (default 5).
    Writes out/bench/lines.md and lines.json; exit code 1 when an aim was missed.

tests/bench.sh supervise [--runs N]
    From the death and from the hang of Asterisk until it is noticed and until it serves again in place. Medians of N runs (default 5).
    Writes out/bench/supervise.md and supervise.json; exit code 1 when an aim was missed.

tests/bench.sh stress [--seconds N]
    Loads all cores and the memory of both nodes for N seconds (default 600) and fails if anything moves.
    Writes out/bench/stress-appliance.json.

tests/bench.sh replica [--runs N] [--seconds N] [--only PART] [--directory PATH]
    The block replica beside nbdkit and qemu's own mirrors, by fio over NBD: front without a peer, protocol C over a veth pair, resync,
    losses, memory. Medians of N runs (default 3), contestants in turn, disks under PATH (default: a tmpfs of its own).
    Parts: front, mirror, resync, loss, footprint. Writes out/bench/replica.md and replica.json; exit code 1 when an aim was missed.

tests/bench.sh replica-vm
    The replica beside the kernel's own DRBD 8.4, on a pair of virtual machines with Debian's kernel (tests/Vm).

tests/bench.sh image
    The node image: size, time of a rebuild with warm caches, the agent's way to READY in QEMU, writable bytes of the root; two of them:
    from power on to telephony, and through a power cut.

All need root: they make namespaces or boot nodes.
TEXT
}

build() {
    dotnet publish firmware-agent/Agent --configuration Release --output out/agent --verbosity quiet --nologo
    dotnet build tests/Lab --configuration Release --output out/lab --verbosity quiet --nologo
    dotnet build tests/Twins --configuration Release --output out/twins --verbosity quiet --nologo
}

# What measures, and what we are measured against.
install_rivals() {
    local missing=() package
    for package in fio libnbd-bin nbdkit qemu-system-common qemu-utils iproute2; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep --quiet '^installed$' || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return 0
    printf 'installing: %s\n' "${missing[*]}"
    apt-get --quiet=2 update
    DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

what="${1:-}"
[ $# -eq 0 ] || shift
case "$what" in
failover) build; exec out/lab/appliance-lab bench "$@" ;;
replica) install_rivals; build; exec out/lab/appliance-lab replica-bench "$@" ;;
replica-vm) build; exec bash tests/Vm/run.sh drbd ;;
supervise) build; exec out/lab/appliance-lab supervise-bench "$@" ;;
lines) build; exec out/lab/appliance-lab line-bench "$@" ;;
stress) build; exec out/lab/appliance-lab stress "$@" ;;
image) exec bash tests/Image/bench.sh ;;
--help | "") usage ;;
*)
    printf 'bench.sh: there is no measurement "%s" yet; there are: failover, image, lines, replica, replica-vm, stress, supervise\n' "$what" >&2
    exit 2
    ;;
esac
