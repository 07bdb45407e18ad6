#!/bin/bash
# Boots a throw-away Debian 13 with systemd (the lab's root file system, nothing of it is changed) and runs the tests that need a
# machine of their own in it: tests/Drivers.Tests and, where it has some, tests/Agent.Tests, trait Needs=machine.
# Ends with "N passed, N failed, N skipped"; exit code 0 when all passed. Needs root; ends everything it started. NO_BUILD=1: test what
# is built. The first argument narrows the tests, e.g. 'FullyQualifiedName~Death'.
set -Eeuo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tests="$(dirname "$here")"
[ "$(id --user)" = 0 ] || { echo "systemd-in-nspawn.sh: needs root"; exit 77; }
command -v systemd-nspawn >/dev/null || { echo "systemd-in-nspawn.sh: needs systemd-nspawn (apt install systemd-container)"; exit 77; }

base="$("$tests/Lab/rootfs/base.sh" | tail --lines=1)"
dotnet="$(dirname "$(readlink --canonicalize "$(command -v dotnet)")")"
place="$(mktemp --directory /var/tmp/appliance-machine.XXXXXX)"
name="$(basename "$place")"
space="${name//./-}"
supervisor=""
leader=""

finish() {
    # The first process of a PID namespace takes all others with it.
    [ -z "$leader" ] || kill -KILL "$leader" 2>/dev/null || true
    [ -z "$supervisor" ] || { wait "$supervisor" 2>/dev/null || true; }
    ip netns delete "$space" 2>/dev/null || true
    umount "$place/root" 2>/dev/null || true
    rmdir "/sys/fs/cgroup/unified/$space" 2>/dev/null || true
    rm --recursive --force --one-file-system "$place"
}
trap finish EXIT

for project in Drivers.Tests Agent.Tests; do
    [ -n "${NO_BUILD:-}" ] || dotnet build "$tests/$project" --nologo --verbosity quiet
done

mkdir "$place/root" "$place/upper" "$place/work"
mount --types overlay "$name" --options "lowerdir=$base/root,upperdir=$place/upper,workdir=$place/work" "$place/root"
mkdir --parents "$place/root/opt/dotnet" "$place/root/opt/tests"
ip netns add "$space"

SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory="$place/root" --machine="${space:0:60}" --register=no --keep-unit \
    --network-namespace-path="/run/netns/$space" --capability=all --resolv-conf=off --timezone=off --link-journal=no --console=pipe \
    --bind-ro="$dotnet:/opt/dotnet" --bind-ro="$tests:/opt/tests" --boot >"$place/console" 2>&1 </dev/null &
supervisor=$!

inside() { nsenter --target "$leader" --all -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

for _ in $(seq 300); do
    for child in $(pgrep --parent "$supervisor" || true); do
        # Two PIDs, the last of them 1: the first process of the machine.
        if grep --quiet --extended-regexp '^NSpid:.*[[:space:]]1$' "/proc/$child/status" 2>/dev/null; then leader=$child; break; fi
    done
    [ -n "$leader" ] && break
    kill -0 "$supervisor" 2>/dev/null || break
    sleep 0.1
done
[ -n "$leader" ] || { cat "$place/console"; echo "the machine did not start"; exit 1; }
for _ in $(seq 300); do
    state="$(inside systemctl is-system-running 2>/dev/null || true)"
    case "$state" in running|degraded) break ;; esac
    sleep 0.1
done
echo "machine is ${state:-not up}: $(inside systemctl --version | head --lines=1)"

status=0
for project in Drivers.Tests Agent.Tests; do
    [ "$#" -gt 0 ] && filter="Needs=machine&$1" || filter="Needs=machine"
    inside env APPLIANCE_TEST_MACHINE=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
        timeout 300 /opt/dotnet/dotnet vstest "/opt/tests/$project/bin/Debug/net10.0/Appliance.$project.dll" \
        --TestCaseFilter:"$filter" "--logger:console;verbosity=normal" | tee --append "$place/results" || status=1
done

total() { awk -v what="$1:" '$1 == what { sum += $2 } END { print sum + 0 }' "$place/results"; }
echo "$(total Passed) passed, $(total Failed) failed, $(total Skipped) skipped"
exit "$status"
