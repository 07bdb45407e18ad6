# Jobs of two machines with a cable between them. Sourced by run.sh.

# start_pair JOB BYTES: two machines, "a" and "b", with a disk each; their processes are in pair_a and pair_b.
start_pair() {
    local job="$1" bytes="$2" name end cable="$place/$1-cable"
    for name in a b; do
        mkdir --parents "$place/$job-$name/rig/job"
        cp "$here/jobs/$job.sh" "$place/$job-$name/rig/job/run.sh"
        [ -e "$place/$job-$name/disk" ] || truncate --size="$bytes" "$place/$job-$name/disk"
        end=off
        [ "$name" = b ] || end=on
        VM_CPUS=1 vm_start "$name" "$place/$job-$name" \
            -drive "file=$place/$job-$name/disk,format=raw,if=virtio,cache=writeback,discard=unmap" \
            -netdev "stream,id=cable,server=$end,addr.type=unix,addr.path=$cable" \
            -device "virtio-net-pci,netdev=cable,host_mtu=9000,mac=52:54:00:00:00:0$([ "$name" = a ] && echo 1 || echo 2)"
        machines+=("$vm_pid")
        declare -g "pair_$name=$vm_pid"
        for _ in $(seq 100); do [ -S "$cable" ] && break; sleep 0.05; done
    done
}

# run_pair JOB SECONDS: both machines to their ends. What "a" leaves as out/NAME-done appears at "b" as job/NAME-done.
run_pair() {
    local job="$1" seconds="$2" status=0
    start_pair "$job" 256M
    relay_words "$job" a b &
    machines+=("$!")
    vm_pid=$pair_a vm_wait "$place/$job-a" "$seconds" || status=1
    for word in drbd replica pair; do touch "$place/$job-b/rig/job/$word-done"; done
    vm_pid=$pair_b vm_wait "$place/$job-b" 30 || status=1
    take "$place/$job-a/rig/out/log"
    take "$place/$job-b/rig/out/log"
    return "$status"
}

job_drbd() {
    local name
    for name in a b; do
        mkdir --parents "$place/drbd-$name/rig/job"
        echo "${VM_BENCH_SECONDS:-4}" >"$place/drbd-$name/rig/job/seconds"
        give_replica "$place/drbd-$name/rig/job"
    done
    run_pair drbd 90
}

job_pair() {
    local name
    has_replica pair || return 0
    for name in a b; do
        mkdir --parents "$place/pair-$name/rig/job"
        give_replica "$place/pair-$name/rig/job"
    done
    run_pair pair 90
}

# has_replica JOB: or says that it is skipped.
has_replica() {
    [ ! -x out/agent/appliance ] || return 0
    echo "SKIP $1: out/agent/appliance is not built (tests/publish.sh)" | tee --append "$results"
    return 1
}

# relay_words JOB FROM TO: "NAME-done" that one machine leaves in out/ appears in the other's job/.
relay_words() {
    local from="$place/$1-$2/rig/out" to="$place/$1-$3/rig/job" word
    while sleep 0.2; do
        for word in "$from"/*-done; do [ ! -e "$word" ] || cp --no-clobber "$word" "$to/" 2>/dev/null || true; done
    done
}

# The product for a machine's job, when it is built.
give_replica() {
    [ ! -x out/agent/appliance ] || cp out/agent/appliance "$here/guest/replica.sh" "$1/"
}
