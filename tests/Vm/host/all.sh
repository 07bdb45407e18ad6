# Everything but the comparison in two boots of one pair: what ./test.sh runs. Sourced by run.sh.

# all_disks NAME: of the machine "a" or "b", beside those that lose power.
all_disks() {
    plain_disk "$place/all-$1" data 48M
    plain_disk "$place/all-$1" kernel 24M
    [ "$1" = b ] || plain_disk "$place/all-$1" udev 64M
}

job_all() {
    local relay end disk
    has_replica all || return 0
    build_front || return 1
    mkdir --parents "$place/all-a/rig/job"
    cp out/vm-front/front "$place/all-a/rig/job/"
    cp --recursive udev "$place/all-a/rig/job/"
    start_power all write
    relay_words all &
    relay=$!
    end=$((SECONDS + 150 * $(vm_slower)))
    until [ -e "$place/all-a/rig/out/parts-done" ]; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$pair_a" 2>/dev/null || ! kill -0 "$pair_b" 2>/dev/null; then
            { kill "$relay"; wait "$relay"; } 2>/dev/null || true
            take "$place/all-a/rig/out/log"
            take "$place/all-b/rig/out/log"
            tail_logs all
            return 1
        fi
        sleep 0.2
    done
    { kill "$relay"; wait "$relay"; } 2>/dev/null || true
    for disk in careful careless power; do
        until_acknowledged "$place/all-a/$disk.acks" 60 60 || { tail_logs all; return 1; }
    done
    take "$place/all-a/rig/out/log"
    take "$place/all-b/rig/out/log"
    cut_power all
    start_power all check
    end_pair all 60 || { tail_logs all; return 1; }
}
