# Disks of a machine. Each is known in the guest as /dev/disk/by-id/virtio-NAME. Sourced by run.sh.
#
# Power loss: QEMU notes every write and flush of a logged disk in order (blklogwrites, the format of dm-log-writes), the machine is killed,
# and the disk is built again from the notes as a disk with a volatile cache would have left it.

# Arguments for QEMU, of all disks that were named since it was emptied.
disk_arguments=()

# plain_disk PLACE NAME BYTES
plain_disk() {
    [ -e "$1/$2.disk" ] || truncate --size="$3" "$1/$2.disk"
    disk_arguments+=(
        -drive "file=$1/$2.disk,format=raw,if=none,id=$2,cache=writeback,discard=unmap"
        -device "virtio-blk-pci,drive=$2,serial=$2,write-cache=on"
    )
}

# logged_disk PLACE NAME BYTES: what is on it now is kept as PLACE/NAME.before.
logged_disk() {
    [ -e "$1/$2.disk" ] || truncate --size="$3" "$1/$2.disk"
    cp --sparse=always "$1/$2.disk" "$1/$2.before"
    rm --force "$1/$2.log"
    truncate --size=1G "$1/$2.log"
    disk_arguments+=(
        -blockdev "driver=file,filename=$1/$2.disk,node-name=$2-file,cache.direct=off"
        -blockdev "driver=raw,file=$2-file,node-name=$2-raw"
        -blockdev "driver=file,filename=$1/$2.log,node-name=$2-notes,cache.direct=off"
        -blockdev "driver=blklogwrites,file=$2-raw,log=$2-notes,log-sector-size=512,node-name=$2"
        -device "virtio-blk-pci,drive=$2,serial=$2,write-cache=on"
    )
}

# lose_power PLACE...: the machines are dead; now their logged disks are what they would be.
lose_power() {
    local machine before name
    for machine in "$@"; do
        for before in "$machine"/*.before; do
            name="${before%.before}"
            mv "$before" "$name.disk"
            python3 "$here/host/replay.py" "$name.log" "$name.disk" "${VM_SEED:-$RANDOM}"
        done
    done
}

# note_acknowledged PLACE NAME: the numbers that the writer on disk NAME was sure of, for the machine that checks.
note_acknowledged() {
    tr --delete '\r' <"$1/$2.acks" 2>/dev/null | sed --quiet 's/^ack //p' >"$1/rig/job/$2.acknowledged"
}

# until_acknowledged FILE COUNT SECONDS
until_acknowledged() {
    local end=$((SECONDS + $3 * $(vm_slower))) found=0
    until [ "$found" -ge "$2" ]; do
        [ "$SECONDS" -lt "$end" ] || { echo "FAIL power: only $found of $2 acknowledgements came"; return 1; }
        sleep 0.2
        found="$(tr --delete '\r' <"$1" 2>/dev/null | grep --count '^ack ' || true)"
    done
}

# acks_line PLACE NAME: a serial line for the writer on disk NAME. The first is /dev/ttyS1 in the guest.
acks_line() {
    rm --force "$1/$2.acks"
    disk_arguments+=(-chardev "file,id=acks-$2,path=$1/$2.acks" -serial "chardev:acks-$2")
}
