# backend = "drbd": the product drives Debian's own DRBD 8.4 on a pair of machines. The agent's part is played by guest/order.py.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
. /rig/job/replica.sh
mkdir --parents /mnt/data
disk="$(disk_of "${BACKEND_DISK:-data}")"
dmesg --clear

ds() { grep --only-matching 'ds:[^ ]*' /proc/drbd; }
kernel_says() { grep --quiet "$1" /proc/drbd; }
# The first line of the device, as the kernel and as the product tell it.
same_words() {
    "$appliance" replica status --proc data | grep --only-matching 'cs:.*ds:[^ ]* .' >/tmp/ours
    grep --only-matching 'cs:.*ds:[^ ]* .' /proc/drbd | diff /tmp/ours -
}
same_counts() {
    "$appliance" replica status --proc data | grep --only-matching 'ns:.* bm:[0-9]*' >/tmp/ours
    grep --only-matching 'ns:.* bm:[0-9]*' /proc/drbd | diff /tmp/ours -
}
refused() { ! "$@"; }
answered_write() { timeout "$((60 * slower))" dd if=/dev/urandom of=/dev/appliance/data bs=4096 count=1 seek="$1" oflag=direct status=none; }

begin() {
    replica_config "$disk" 'backend = "drbd"' resource-only
    check "backend drbd: made on $me" "$appliance" replica create data
    check "backend drbd: its file is for root alone" test "$(stat --format=%a /etc/drbd.d/data.res)" = 600
    replica_start
    check "backend drbd: answers on $me" wait_for 60 answers
    check "backend drbd: the kernel is up on $me" wait_for 60 kernel_says '0: cs:'
    check "backend drbd: the two know each other by the cluster's key, $me" wait_for 60 kernel_says 'cs:Connected'
}

serving() {
    check "backend drbd: nobody is promoted without good data" refused "$appliance" replica primary data
    check "backend drbd: forced" "$appliance" replica primary --force data
    check "backend drbd: copied" wait_for 120 in_sync
    check "backend drbd: the kernel says the same" same_words
    check "backend drbd: its device" test "$(readlink --canonicalize /dev/appliance/data)" = /dev/drbd0
    check "backend drbd: a file system" mkfs.ext4 -q /dev/appliance/data
    check "backend drbd: the counters are the kernel's" same_counts
    mount /dev/appliance/data /mnt/data
    check "backend drbd: demotion is refused while it is mounted" refused "$appliance" replica secondary data
    check "backend drbd: and its name stays" wait_for 10 test -b /dev/appliance/data
    umount /mnt/data
    check "backend drbd: disconnected" "$appliance" replica disconnect data
    check "backend drbd: alone, as the kernel says" same_words
    answered_write 700
    tell cut
    hear outdated 120
    check "backend drbd: connected again" "$appliance" replica connect data
    check "backend drbd: what was missed is copied" wait_for 120 in_sync
    check "backend drbd: verify" "$appliance" replica verify data
    check "backend drbd: verified" wait_for 120 in_sync
    check "backend drbd: nothing differs" kernel_says 'oos:0$'
    tell verified
    hear spoiled 120
    "$appliance" replica verify data
    check "backend drbd: a block that was spoiled below it is found" wait_for 120 kernel_says 'oos:4$'
    check "backend drbd: and the verify ends" wait_for 120 kernel_says 'cs:Connected'
    "$appliance" replica disconnect data
    "$appliance" replica connect data
    check "backend drbd: and mended when they meet again" wait_for 120 kernel_says 'oos:0$'
    check "backend drbd: in sync before the cut" wait_for 120 in_sync # A peer that is being copied onto would be no question.
}

fencing() {
    ip link set "$cable" down
    answered_write 800 &
    local writer=$!
    check "backend drbd: without its peer users wait" wait_for 60 kernel_says ' s.....$'
    check "backend drbd: and the agent is asked" wait_for 30 python3 /rig/guest/order.py asks
    check "backend drbd: nothing was answered meanwhile" kill -0 "$writer"
    check "backend drbd: the agent's word" python3 /rig/guest/order.py order peer-fenced
    check "backend drbd: and users go on" wait "$writer"
    check "backend drbd: the kernel has noted it" wait_for 10 kernel_says 'ds:UpToDate/Outdated'
    ip link set "$cable" up
    check "backend drbd: in sync after the cut" wait_for 120 in_sync
    check "backend drbd: demoted" "$appliance" replica secondary data
    check "backend drbd: its name is gone" test ! -e /dev/appliance/data
}

watching() {
    hear cut 600
    check "backend drbd: the other copy knows that it is old" kernel_says 'ds:Outdated'
    check "backend drbd: an old copy is not promoted" refused "$appliance" replica primary data
    tell outdated
    hear verified 300
    dd if=/dev/urandom of="$disk" bs=4096 count=1 seek=3000 oflag=direct conv=notrunc status=none
    tell spoiled
    hear demoted 600
    # Nobody vouches for the silent one: DRBD's question is refused. Then somebody does.
    ip link set "$cable" down
    check "backend drbd: the cut is seen on $me" wait_for 60 kernel_says 'cs:WFConnection'
    check "backend drbd: alone nobody is promoted unasked" refused "$appliance" replica primary data
    check "backend drbd: and the handler has said why" sh -c 'dmesg | grep "nobody has vouched for it"'
    check "backend drbd: the agent knows that the peer is dead" python3 /rig/guest/order.py order peer-dead
    check "backend drbd: then it is" "$appliance" replica primary data
    check "backend drbd: a write is answered" answered_write 900
    "$appliance" replica secondary data
    ip link set "$cable" up
    check "backend drbd: in sync at the end" wait_for 120 in_sync
}

# Another key is no friend: the secret of DRBD is made of it.
stranger() {
    replica_kill
    sed --in-place 's/cdef$/0000/' /etc/appliance/cluster.key
    replica_start
    check "backend drbd: answers with another key" wait_for 60 answers
    "$appliance" replica disconnect data
    "$appliance" replica connect data
    check "backend drbd: another key is no friend" wait_for 60 sh -c 'dmesg | grep --ignore-case "authentication.*failed"'
    check "backend drbd: and nothing is connected" refused kernel_says 'cs:Connected'
}

cable_up
modprobe drbd || { skip "backend drbd" "no module"; exit 0; }
begin
if [ "$me" = a ]; then
    serving
    fencing
    tell demoted
    hear in-sync 300
else
    watching
    stranger
    tell in-sync
fi
replica_end
drbdadm down data
dmesg | grep --extended-regexp 'drbd.*(helper|fence|cram|error)' | tail --lines=20
sed 's/^/replica log: /' "$replica_log" | tail --lines=40
exit 0
