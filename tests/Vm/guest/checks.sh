# For jobs inside a virtual machine: every check prints "PASS name", or "FAIL name" and why. Sourced, not run.

# check NAME COMMAND...: passes when the command does; otherwise its output is shown.
check() {
    local name="$1"
    shift
    if "$@" >/tmp/check.out 2>&1; then
        echo "PASS $name"
    else
        echo "FAIL $name (status $?)"
        sed 's/^/    /' /tmp/check.out | tail --lines=20
    fi
}

# An emulated processor is slower by this factor, and so is everything that is waited for.
slower="$(sed --quiet 's/.*appliance.slower=\([0-9]*\).*/\1/p' /proc/cmdline)"

# pause SECONDS: without a process, which an emulated processor takes long to start.
exec {nothing}<> <(:)
pause() { read -r -t "$1" -u "$nothing" || true; }

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((EPOCHSECONDS + $1 * slower))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$EPOCHSECONDS" -lt "$end" ] || { echo "waited in vain for: $*"; return 1; }
        pause 0.1
    done
}

# under_load PROCESS: until the device behind /dev/appliance/data has taken 300 more writes of that process, which goes on writing.
under_load() {
    local stat before
    stat="/sys/class/block/$(basename "$(readlink --canonicalize /dev/appliance/data)")/stat"
    before="$(written "$stat")"
    wait_for 30 more_written "$stat" "$((before + 300))"
    kill -0 "$1"
}
written() { awk '{ print $5 }' "$1"; }
more_written() { [ "$(written "$1")" -ge "$2" ]; }

# outage NAME: a figure of the longest time without an answer since probe_start.
probe_start() {
    python3 /rig/guest/prober.py /dev/appliance/data >/tmp/probe &
    prober=$!
}
outage() {
    local longest at
    kill -TERM "$prober"
    wait "$prober" || return 1
    read -r longest _ at </tmp/probe
    figure "$1" "$longest" "ms (from $at)"
}

milliseconds() { echo "$((${EPOCHREALTIME/./} / 1000))"; }

# disk_of NAME: as the host called it.
disk_of() {
    wait_for 10 test -b "/dev/disk/by-id/virtio-$1" || return 1
    readlink --canonicalize-existing "/dev/disk/by-id/virtio-$1"
}

skip() { echo "SKIP $1: $2"; }

# figure NAME VALUE UNIT: a measured number, collected on the host.
exec 3>&1
figure() { echo "FIGURE $1 = $2 $3" >&3; }
