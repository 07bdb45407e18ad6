# Jobs in which machines lose their power. Sourced by run.sh.

# start_power JOB PHASE: a pair with the disk "power" logged; on "a" also, without a replica, "careful" and "careless": what the rig calls a
# loss is a loss.
start_power() {
    local job="$1" name disk machine
    for name in a b; do
        machine="$place/$job-$name"
        mkdir --parents "$machine/rig/job"
        echo "$2" >"$machine/rig/job/phase"
        disk_arguments=()
        logged_disk "$machine" power 48M
        [ "$2" != write ] || [ "$name" = b ] || acks_line "$machine" power
        for disk in careful careless; do
            [ "$name" = a ] || continue
            logged_disk "$machine" "$disk" 32M
            [ "$2" != write ] || acks_line "$machine" "$disk"
        done
        [ "$job" != all ] || [ "$2" != write ] || all_disks "$name"
        start_member "$job" "$name"
    done
}

# cut_power JOB: both at once.
cut_power() {
    local disk
    kill -KILL "$pair_a" "$pair_b"
    wait "$pair_a" "$pair_b" 2>/dev/null || true
    lose_power "$place/$1-a" "$place/$1-b"
    for disk in power careful careless; do note_acknowledged "$place/$1-a" "$disk"; done
}

job_power() {
    local disk
    has_replica power || return 0
    start_power power write
    for disk in careful careless power; do
        until_acknowledged "$place/power-a/$disk.acks" 60 60 || { tail_logs power; return 1; }
    done
    cut_power power
    start_power power check
    end_pair power 60 || { tail_logs power; return 1; }
}

tail_logs() { tail --quiet --lines=25 "$place/$1"-?/rig/out/log; }
