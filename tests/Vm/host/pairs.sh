# Jobs of two machines with a cable between them. Sourced by run.sh.

# start_member JOB NAME: machine "a" or "b" of a pair, with the disks of disk_arguments; its process is in pair_NAME.
start_member() {
    local job="$1" name="$2" machine="$place/$1-$2" cable="$place/$1-cable" server=off number=2
    [ "$name" = b ] || { server=on; number=1; rm --force "$cable"; }
    rm --force "$machine"/rig/out/*-done "$machine"/rig/job/*-done "$machine/rig/job/over" "$machine/rig/out/log"
    mkdir --parents "$machine/rig/job"
    cp "$here/jobs/$job.sh" "$machine/rig/job/run.sh"
    give_replica "$machine/rig/job"
    VM_CPUS=1 vm_start "$name" "$machine" "${disk_arguments[@]}" \
        -netdev "stream,id=cable,server=$server,addr.type=unix,addr.path=$cable" \
        -device "virtio-net-pci,netdev=cable,host_mtu=9000,mac=52:54:00:00:00:0$number"
    machines+=("$vm_pid")
    declare -g "pair_$name=$vm_pid"
    for _ in $(seq 100); do [ -S "$cable" ] && break; sleep 0.05; done
}

# run_pair JOB SECONDS BYTES: two machines with a disk each, "data", to their ends.
run_pair() {
    local job="$1" name
    for name in a b; do
        mkdir --parents "$place/$job-$name"
        disk_arguments=()
        plain_disk "$place/$job-$name" data "$3"
        start_member "$job" "$name"
    done
    end_pair "$job" "$2"
}

# end_pair JOB SECONDS: waits for both and takes what they say.
end_pair() {
    local job="$1" status=0 relay
    relay_words "$job" &
    relay=$!
    vm_pid=$pair_a vm_wait "$place/$job-a" "$2" || status=1
    touch "$place/$job-b/rig/job/over"
    vm_pid=$pair_b vm_wait "$place/$job-b" 30 || status=1
    { kill "$relay"; wait "$relay"; } 2>/dev/null || true
    take "$place/$job-a/rig/out/log"
    take "$place/$job-b/rig/out/log"
    return "$status"
}

# relay_words JOB: "NAME-done" that one machine leaves in out/ appears in the other's job/.
relay_words() {
    local word from to
    while sleep 0.2; do
        for from in a b; do
            to=b
            [ "$from" = a ] || to=a
            for word in "$place/$1-$from"/rig/out/*-done; do
                [ ! -e "$word" ] || cp --no-clobber "$word" "$place/$1-$to/rig/job/" 2>/dev/null || true
            done
        done
    done
}

job_drbd() {
    local name
    has_replica drbd || return 0
    for name in a b; do
        mkdir --parents "$place/drbd-$name/rig/job"
        echo "${VM_BENCH_SECONDS:-4}" >"$place/drbd-$name/rig/job/seconds"
    done
    run_pair drbd 90 256M
}

job_pair() { ! has_replica pair || run_pair pair 90 48M; }

job_backend() { ! has_replica backend || run_pair backend 60 24M; }

# has_replica JOB: or says that it is skipped.
has_replica() {
    [ ! -x out/agent/appliance ] || return 0
    echo "SKIP $1: out/agent/appliance is not built (tests/publish.sh)" | tee --append "$results"
    return 1
}

# The product for a machine's job, when it is built.
give_replica() {
    [ ! -x out/agent/appliance ] || cp out/agent/appliance "$here/guest/replica.sh" "$1/"
}
