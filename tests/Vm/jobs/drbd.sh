# The kernel's own DRBD 8.4, protocol C, on a pair of machines: the yardstick. Then the replica on the same disks and the same cable.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
. /rig/guest/bench.sh
seconds="$(cat /rig/job/seconds)"
disk="$(disk_of data)"

drbd_config() {
    cat >/etc/drbd.d/yard.res <<EOC
resource yard {
    device /dev/drbd0; disk $disk; meta-disk internal;
    net { protocol C; }
    on a { address 10.1.1.1:7788; }
    on b { address 10.1.1.2:7788; }
}
EOC
    sed --in-place 's/usage-count.*/usage-count no;/' /etc/drbd.d/global_common.conf
}

connected() { grep --quiet 'cs:Connected ro:.* ds:UpToDate/UpToDate' /proc/drbd; }

drbd_pair() {
    modprobe drbd usermode_helper=/bin/true || { skip drbd "no module"; return; }
    drbd_config
    check "drbd: metadata on $me" drbdadm --force create-md yard
    check "drbd: up on $me" drbdadm up yard
    if [ "$me" = a ]; then
        wait_for 60 grep --quiet 'cs:Connected' /proc/drbd
        # Both disks are empty: no first copy.
        drbdadm -- --clear-bitmap new-current-uuid yard
        check "drbd: connected" wait_for 60 connected
        before=$(milliseconds)
        drbdadm primary yard
        first_answer /dev/drbd0
        figure "drbd 8.4: promotion to the first answer" "$(($(milliseconds) - before))" ms
        bench "drbd 8.4" /dev/drbd0 "$seconds"
        drbdadm secondary yard
        tell drbd
    else
        hear drbd 900
    fi
    drbdadm down yard
    wipefs --all --quiet "$disk"
}

replica_pair() {
    [ -x /rig/job/appliance ] || { skip "replica beside drbd" "no executable"; return; }
    . /rig/job/replica.sh
    replica_beside_drbd
}

cable_up
[ "$me" != a ] || bench "the disk alone" "$disk" "$seconds"
drbd_pair
replica_pair
exit 0
