# The product on a pair of machines, ublk in front: its process is killed, ended in order and started again under a busy file system.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
. /rig/job/replica.sh
mkdir --parents /mnt/data
dmesg --clear

load() {
    fio --name=load --directory=/mnt/data --size=12m --rw=randwrite --bs=4k --ioengine=io_uring --iodepth=8 --direct=1 \
        --rate_iops=,1000 --verify=crc32c --randseed=5 "$@"
}

# answers_again: a read past the page cache ends.
answers_again() { dd if=/dev/appliance/data of=/dev/null bs=4096 count=1 skip=33 iflag=direct status=none; }

# interrupted FIGURE COMMAND...: how long nobody gets an answer when the process is ended by the command and started again under load.
interrupted() {
    local name="$1" writer
    shift
    load --do_verify=0 --output=/tmp/load.log &
    writer=$!
    probe_start
    under_load "$writer" || return 1
    "$@"
    replica_start
    wait "$writer" || return 1
    outage "$front: $name" # A prober that saw an error is one.
}

ours() {
    front="$1"
    local before
    before=$(milliseconds)
    check "pair, $front: primary" "$appliance" replica primary $2 data
    check "pair, $front: the device is there" wait_for 20 is_primary
    is_primary || return
    answers_again
    figure "$front: promotion to the first answer" "$(($(milliseconds) - before))" ms
    [ -z "$2" ] || mkfs.ext4 -q /dev/appliance/data
    mount /dev/appliance/data /mnt/data
    check "pair, $front: killed under load, nobody sees an error" \
        interrupted "kill -9 of the primary's process, longest time without an answer" replica_kill
    check "pair, $front: every block is as it was written" load --verify_only
    check "pair, $front: in sync again" wait_for 120 in_sync
    check "pair, $front: ended in order and started under load" \
        interrupted "planned restart of the primary's process, longest time without an answer" replica_end
    check "pair, $front: every block is as it was written then" load --verify_only
    check "pair, $front: demotion is refused while it is mounted" sh -c "! $appliance replica secondary data"
    check "pair, $front: and served on" answers_again
    check "pair, $front: no error in the kernel's log" sh -c '! dmesg | grep --extended-regexp "I/O error|EXT4-fs error|Aborting journal"'
    umount /mnt/data
    check "pair, $front: unmounted it demotes" "$appliance" replica secondary data
    check "pair, $front: its device is gone" test ! -e /dev/appliance/data
}

cable_up
before=$(milliseconds)
"$appliance" version >/dev/null
figure "the executable alone, from start to end (it is part of the figures below)" "$(($(milliseconds) - before))" ms
replica_config "$(disk_of data)" 'front = "ublk"'
check "pair: disk prepared on $me" "$appliance" replica create data
replica_start
check "pair: answers on $me" wait_for 60 answers
if [ "$me" = a ]; then
    ours ublk --force
    replica_kill
    replica_config "$(disk_of data)" 'front = "nbd"'
    replica_start
    check "pair: in sync before the other front end" wait_for 120 in_sync
    ours nbd ""
    "$appliance" replica status --proc data
    tell pair
else
    hear pair 1200
fi
replica_end
sed 's/^/replica log: /' "$replica_log" | tail --lines=40
exit 0
