# Each kernel front end alone, on a plain file: made, used, its server killed and followed by another, taken away.
. /rig/guest/checks.sh
front=/rig/job/front
size=67108864
mkdir --parents /mnt/data
dmesg --clear

start() { # kind
    "$front" data "$1" /tmp/disk "$size" >>/tmp/front.log 2>&1 &
    server=$!
}

is_there() { [ -b /dev/appliance/data ]; }
ended() { ! kill -0 "$server" 2>/dev/null; }
queue() { cat "/sys/block/$(basename "$(readlink --canonicalize /dev/appliance/data)")/queue/$1"; }

load() { # verify options
    fio --name=load --directory=/mnt/data --size=12m --rw=randwrite --bs=4k --ioengine=io_uring --iodepth=16 --direct=1 \
        --rate_iops=,1000 --verify=crc32c --randseed=7 "$@"
}

flushes() { grep --only-matching 'Flush [0-9]*' /tmp/front.log | tail --lines=1 | cut --delimiter=' ' --fields=2; }

# interrupted FIGURE KIND SIGNAL: ends the server while fio writes and starts another; says how long nobody gets an answer.
interrupted() {
    local writer
    load --do_verify=0 --output=/tmp/load.log &
    writer=$!
    probe_start
    under_load "$writer" || return 1
    kill "-$3" "$server"
    wait "$server" 2>/dev/null
    start "$2"
    wait "$writer" || return 1
    outage "$2: $1, longest time without an answer"
}

one() { # kind
    local kind="$1"
    rm --force /tmp/disk /tmp/front.log
    start "$kind"
    check "$kind: the device appears" wait_for 20 is_there
    is_there || { cat /tmp/front.log; return; }
    check "$kind: it has a cache to be flushed" test "$(queue write_cache)" = "write back"
    check "$kind: blocks of 512 bytes" test "$(queue logical_block_size)" = 512
    check "$kind: it can discard" test "$(queue discard_max_bytes)" -gt 0
    check "$kind: it can write zeroes" test "$(queue write_zeroes_max_bytes)" -gt 0
    check "$kind: a file system" mkfs.ext4 -q /dev/appliance/data
    mount /dev/appliance/data /mnt/data
    check "$kind: killed under load, nobody sees an error" interrupted "kill -9" "$kind" KILL
    check "$kind: every block is as it was written" load --verify_only
    check "$kind: planned restart under load" interrupted "planned restart" "$kind" USR1
    check "$kind: every block is as it was written then" load --verify_only
    check "$kind: no error in the kernel's log" sh -c '! dmesg | grep --extended-regexp "I/O error|EXT4-fs error|Aborting journal"'
    check "$kind: trim reaches the server" fstrim /mnt/data
    kill -TERM "$server"
    check "$kind: in use it stays, and says who" wait_for 10 grep --quiet 'is in use: mounted on /mnt/data' /tmp/front.log
    check "$kind: in use it is served on" dd if=/dev/appliance/data of=/dev/null bs=4096 count=1 skip=77 iflag=direct status=none
    umount /mnt/data
    check "$kind: unused it goes" wait_for 20 ended
    check "$kind: its name is gone" test ! -e /dev/appliance/data
    check "$kind: flushes arrived" test "$(flushes)" -gt 0
    check "$kind: the file is a whole file system" e2fsck -fn /tmp/disk
    echo "--- $kind"; cat /tmp/front.log
}

modprobe ublk_drv && one ublk || skip ublk "no module"
modprobe nbd && one nbd || skip nbd "no module"
exit 0
