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
