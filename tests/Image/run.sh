#!/bin/bash
# The node image: built, unpacked and booted. Ends with "N passed, N failed, N skipped".
#
#   tests/Image/run.sh                quick: refusals, units, lists, package, bios (about five minutes with warm caches)
#   tests/Image/run.sh uefi trial     jobs by name: refusals, units, lists, package, bios, uefi, trial, reset, agent, stick,
#                                     plug, watchdog, update, fallback, fronts, network, pair, pair-order, pair-update,
#                                     options (without Asterisk, signed),
#                                     mirrors (needs Debian's)
#
# Needs root and QEMU; skips without. An image in out/image that is of this checkout is taken, otherwise it is built.
# VM_ACCEL=kvm where that works; KEEP=1 leaves the machines' folders; IMAGE=FILE.img.zst tests that one.
# EXECUTABLE=FILE: in machines with a shell (shell.sh) this one is laid over the image's as soon as they are up, to try a change quickly.
set -Eeuo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."
. "$here/machine.sh"
. "$here/stick.sh"
. "$here/shell.sh"
for part in "$here"/jobs/*.sh; do . "$part"; done

no() { echo "SKIP node image: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(id --user)" = 0 ] || no "needs root"
command -v qemu-system-x86_64 >/dev/null || no "qemu-system-x86_64 is not installed (package qemu-system-x86)"
command -v mcopy >/dev/null || no "mcopy is not installed (package mtools)"

place="$(mktemp --directory /var/tmp/appliance-image.XXXXXX)"
results="$place/results"
: >"$results"
image_machines=()
finish() {
    local machine
    for machine in "${image_machines[@]}"; do kill -KILL "$machine" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm --recursive --force --one-file-system "$place"
}
trap finish EXIT

pass() { echo "PASS $*" | tee --append "$results"; }
fail() { echo "FAIL $*" | tee --append "$results"; }
skipped() { echo "SKIP $*" | tee --append "$results"; }
figure() { echo "FIGURE $*"; }

# check NAME COMMAND…: passes when the command does; otherwise what it said is shown.
check() {
    local name="$1"
    shift
    if "$@" >"$place/check.log" 2>&1; then pass "$name"; else fail "$name"; tail --lines=20 "$place/check.log" | sed 's/^/    /'; fi
}

# take CONSOLE: what a script in a machine has said.
take() {
    tr --delete '\r' <"$1" | grep --text --extended-regexp --only-matching '(PASS|FAIL|SKIP) .*' >"$place/taken" || true
    tee --append "$results" <"$place/taken"
}

# The image of this checkout; unpacked once, with a console for the tests in its boot partition.
need_image() {
    [ -z "${image_raw:-}" ] || return 0
    image_file="${IMAGE:-}"
    if [ -z "$image_file" ]; then
        ./build-image.sh --output "$place/out" || return 1
        image_file="$(echo "$place"/out/appliance-*.img.zst)"
    fi
    image_raw="$place/raw"
    zstd --quiet --decompress --force "$image_file" -o "$image_raw"
    # A login on that port would hang it up under the script.
    printf '%s\n' 'serial --unit=0 --speed=115200' 'terminal_output console serial' 'set timeout=1' \
        'set arguments="console=tty0 console=ttyS0 systemd.mask=serial-getty@ttyS0.service"' >"$place/local.cfg"
    mcopy -o -i "$(boot_partition "$image_raw")" "$place/local.cfg" ::/grub/local.cfg
}

jobs=("$@")
[ "$#" -gt 0 ] || jobs=(refusals units lists package bios)
for job in "${jobs[@]}"; do
    started=$SECONDS
    declare -F "job_$job" >/dev/null || { fail "there is no job \"$job\""; continue; }
    "job_$job" || fail "$job: the job did not end well"
    echo "$job: $((SECONDS - started)) s"
done

count() { grep --count "^$1 " "$results" || true; }
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
[ "$(count FAIL)" = 0 ]
