# Jobs of one machine. Sourced by run.sh.

# The front end on a plain file, as native code: a new process has to be there in milliseconds.
build_front() {
    [ -z "${NO_BUILD:-}" ] || [ ! -x out/vm-front/front ] || return 0
    dotnet publish tests/Vm/Front --configuration Release --output out/vm-front --nologo --verbosity quiet >"$place/publish.log" 2>&1 \
        || { tail --lines=20 "$place/publish.log"; return 1; }
}

# run_single JOB SECONDS [qemu arguments]
run_single() {
    local job="$1" seconds="$2" status=0
    shift 2
    cp "$here/jobs/$job.sh" "$place/$job/rig/job/run.sh"
    vm_start "$job" "$place/$job" "$@"
    machines+=("$vm_pid")
    vm_wait "$place/$job" "$seconds" || status=1
    take "$place/$job/rig/out/log"
    return "$status"
}

job_fronts() {
    build_front || return 1
    mkdir --parents "$place/fronts/rig/job"
    cp out/vm-front/front "$place/fronts/rig/job/"
    run_single fronts 60
}

job_udev() {
    mkdir --parents "$place/udev/rig/job"
    cp --recursive udev "$place/udev/rig/job/"
    disk_arguments=()
    plain_disk "$place/udev" udev 64M
    run_single udev 20 "${disk_arguments[@]}"
}

# The contract of every watchdog on the kernel's device, as native code.
build_watchdog_contract() {
    [ -z "${NO_BUILD:-}" ] || [ ! -x out/vm-watchdog/watchdog-contract ] || return 0
    dotnet publish tests/Vm/Watchdog --configuration Release --output out/vm-watchdog --nologo --verbosity quiet >"$place/publish.log" 2>&1 \
        || { tail --lines=20 "$place/publish.log"; return 1; }
}

# A machine that the watchdog resets boots again in the same QEMU: that is how the device remembers that it did it.
job_watchdog() {
    has_replica watchdog || return 0
    build_watchdog_contract || return 1
    mkdir --parents "$place/watchdog/rig/job"
    cp out/agent/appliance out/vm-watchdog/watchdog-contract "$place/watchdog/rig/job/"
    run_single watchdog 120 -device i6300esb -action watchdog=reset -action reboot=reset
}
