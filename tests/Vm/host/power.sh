# Power loss: QEMU notes every write and flush of a disk in order (blklogwrites, the format of dm-log-writes), the machine is killed, and
# the disk is built again from the notes as a disk with a volatile cache would have left it. Sourced by run.sh.

# logged_disk PLACE: qemu arguments for PLACE/disk with notes in PLACE/log, into the array disk_arguments.
logged_disk() {
    rm --force "$1/log"
    truncate --size=1G "$1/log"
    disk_arguments=(
        -blockdev "driver=file,filename=$1/disk,node-name=data-file,cache.direct=off"
        -blockdev "driver=raw,file=data-file,node-name=data-raw"
        -blockdev "driver=file,filename=$1/log,node-name=log-file,cache.direct=off"
        -blockdev "driver=blklogwrites,file=data-raw,log=log-file,log-sector-size=512,node-name=data"
        -device "virtio-blk-pci,drive=data,write-cache=on"
    )
}

# start_logged NAME PHASE: one machine of the pair; its process is in pair_NAME.
start_logged() {
    local name="$1" machine="$place/power-$1" server=off
    mkdir --parents "$machine/rig/job"
    rm --force "$machine/rig/out/log" "$machine"/rig/job/*-done "$machine"/rig/out/*-done
    cp "$here/jobs/power.sh" "$machine/rig/job/run.sh"
    echo "$2" >"$machine/rig/job/phase"
    give_replica "$machine/rig/job"
    [ -e "$machine/disk" ] || truncate --size=160M "$machine/disk"
    cp "$machine/disk" "$machine/before"
    logged_disk "$machine"
    [ "$name" = b ] || server=on
    [ "$server" = off ] || rm --force "$place/power-cable"
    VM_CPUS=1 vm_start "$name" "$machine" "${disk_arguments[@]}" \
        -chardev "file,id=acks,path=$machine/acks.$2" -serial chardev:acks \
        -netdev "stream,id=cable,server=$server,addr.type=unix,addr.path=$place/power-cable" \
        -device "virtio-net-pci,netdev=cable,mac=52:54:00:00:01:0$([ "$name" = a ] && echo 1 || echo 2)"
    machines+=("$vm_pid")
    declare -g "pair_$name=$vm_pid"
    for _ in $(seq 100); do [ -S "$place/power-cable" ] && break; sleep 0.05; done
}

# cut_power NAME...: all at once; then their disks are what they would be.
cut_power() {
    local name pids=()
    for name in "$@"; do pids+=("$(eval "echo \$pair_$name")"); done
    kill -KILL "${pids[@]}"
    for name in "${pids[@]}"; do wait "$name" 2>/dev/null || true; done
    for name in "$@"; do
        mv "$place/power-$name/before" "$place/power-$name/disk"
        python3 "$here/host/replay.py" "$place/power-$name/log" "$place/power-$name/disk" "${VM_SEED:-$RANDOM}"
    done
}

acknowledged() { tr --delete '\r' <"$1" 2>/dev/null | grep --count '^ack ' || true; }

# until_acknowledged FILE COUNT SECONDS
until_acknowledged() {
    local end=$((SECONDS + $3 * $(vm_slower)))
    while [ "$(acknowledged "$1")" -lt "$2" ]; do
        [ "$SECONDS" -lt "$end" ] || { echo "FAIL power: only $(acknowledged "$1") of $2 acknowledgements came"; return 1; }
        sleep 0.2
    done
}

# All acknowledged numbers of earlier phases, for the machine that checks.
give_acknowledged() { cat "$place"/power-?/acks.write* 2>/dev/null | tr --delete '\r' | sed --quiet 's/^ack //p' >"$place/power-$1/rig/job/acknowledged"; }

job_power() {
    local machine
    has_replica power || return 0
    start_logged a write
    start_logged b stand
    until_acknowledged "$place/power-a/acks.write" 60 60 || { tail_logs; return 1; }
    cut_power a b
    give_acknowledged a
    start_logged a check
    start_logged b stand
    relay_words power a b &
    machines+=("$!")
    vm_pid=$pair_a vm_wait "$place/power-a" 60 || { tail_logs; return 1; }
    vm_pid=$pair_b vm_wait "$place/power-b" 30 || true
    take "$place/power-a/rig/out/log"
    take "$place/power-b/rig/out/log"
}

# One machine, no replica: what the rig calls a loss is a loss.
job_control() {
    local kind missing
    for kind in careful careless; do
        start_alone "write-$kind"
        until_acknowledged "$place/control/acks.write-$kind" 60 30 || return 1
        kill -KILL "$vm_pid"
        wait "$vm_pid" 2>/dev/null || true
        mv "$place/control/before" "$place/control/disk"
        python3 "$here/host/replay.py" "$place/control/log" "$place/control/disk" "${VM_SEED:-$RANDOM}"
        tr --delete '\r' <"$place/control/acks.write-$kind" | sed --quiet 's/^ack //p' >"$place/control/rig/job/acknowledged"
        start_alone check
        vm_wait "$place/control" 30 || return 1
        missing="$(cat "$place/control/rig/out/missing")"
        echo "control, $kind: $missing of $(wc --lines <"$place/control/rig/job/acknowledged") acknowledged records are missing"
        if [ "$kind" = careful ] && [ "$missing" = 0 ]; then echo "PASS power rig: a disk that is flushed keeps everything"
        elif [ "$kind" = careless ] && [ "$missing" -gt 0 ]; then echo "PASS power rig: a disk that is not flushed loses something"
        else echo "FAIL power rig: $kind: $missing missing"; fi | tee --append "$results"
    done
}

# start_alone PHASE
start_alone() {
    local machine="$place/control"
    mkdir --parents "$machine/rig/job"
    cp "$here/jobs/control.sh" "$machine/rig/job/run.sh"
    echo "$1" >"$machine/rig/job/phase"
    [ -e "$machine/disk" ] || truncate --size=160M "$machine/disk"
    cp "$machine/disk" "$machine/before"
    logged_disk "$machine"
    VM_CPUS=1 vm_start control "$machine" "${disk_arguments[@]}" -chardev "file,id=acks,path=$machine/acks.$1" -serial chardev:acks
    machines+=("$vm_pid")
}

tail_logs() { tail --lines=25 "$place"/power-?/rig/out/log; }
