#!/bin/bash
# What needs a kernel that this machine does not have: Debian's 6.12 with ublk, NBD and DRBD in virtual machines.
#
#   tests/Vm/run.sh               udev, devices, stick, backend (the kernel's DRBD under us), power
#   tests/Vm/run.sh pair fronts   jobs by name: fronts, udev, devices, pair, backend, power, relays, stick, watchdog
#   tests/Vm/run.sh all           these five in two boots of one pair
#   tests/Vm/run.sh drbd          the comparison (tests/bench.sh replica-vm)
#
# All but fronts and udev need the published executable (tests/publish.sh).
#
# Ends with "N passed, N failed, N skipped". Needs root for the first build of the root file system (cached), and QEMU; skips without.
# VM_ACCEL=tcg|kvm overrides the choice; KEEP=1 leaves the machines' folders.
set -Eeuo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."
. "$here/machine.sh"
for part in "$here"/host/*.sh; do . "$part"; done

no() { echo "SKIP virtual machines: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }

command -v qemu-system-x86_64 >/dev/null || no "qemu-system-x86_64 is not installed (package qemu-system-x86)"
vm_image="$(bash "$here/rootfs.sh" | tail --lines=1)" || no "Debian's kernel cannot be had (see the lines above)"
vm_accel="$(vm_accelerator 2>/dev/null)"
place="$(mktemp --directory /var/tmp/appliance-vm.XXXXXX)"
results="$place/results"
: >"$results"
machines=()

finish() {
    local machine
    for machine in "${machines[@]}"; do kill -KILL "$machine" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm --recursive --force --one-file-system "$place"
}
trap finish EXIT
echo "kernel $(cat "$vm_image/version"), $vm_accel, $(nproc) processors, $(date --utc +%F)"

# Takes a job's output: counts what it says, shows what matters.
take() {
    grep --extended-regexp '^(PASS|FAIL|SKIP|FIGURE) |^    ' "$1" | tee --append "$results" | grep --invert-match '^PASS' || true
}

jobs=("$@")
[ "$#" -gt 0 ] || jobs=(udev devices stick backend power)
for job in "${jobs[@]}"; do
    started=$SECONDS
    "job_$job" || echo "FAIL $job: the job did not end well" | tee --append "$results"
    echo "$job: $((SECONDS - started)) s"
done

times >"$place/times"
echo "processor time of all machines: $(tail --lines=1 "$place/times")"
count() { grep --count "^$1 " "$results" || true; }
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
[ "$(count FAIL)" = 0 ]
