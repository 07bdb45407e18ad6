# The kernel's front ends in the image: NBD and ublk carry a replica with a file system on it. Sourced by run.sh.

# A replica that no group uses is moved by hand.
fronts_toml='[replica.data]
disk = "/dev/disk/by-partlabel/appliance-data"
front = "nbd"
address = { pbx-a = "10.0.2.15:7789", pbx-b = "10.0.2.16:7789" }'

job_fronts() {
    local machine="$place/fronts"
    need_image && stick_site "$place/fronted" site42 "$fronts_toml" || return 1
    machine_with_site "$machine" "$place/fronted" || { fail "fronts: the machine serves"; image_end; return 0; }
    front_carries "$machine" nbd '/dev/nbd[0-9]+$'
    # NBD is what is promised to go on under a writer; ublk hung in the kernel now and then (docs/FRONTENDS.md).
    check "nbd: the process is killed under a writer and another goes on: nobody sees an error" image_run "$machine" '
        (for n in $(seq 40); do dd if=/dev/urandom of=/srv/data/more.$n bs=256k count=1 conv=fsync status=none || echo "$n failed"; done) &
        sleep 1; systemctl kill --signal=KILL appliance-replica@data; wait
        [ "$(systemctl show --property=NRestarts --value appliance-replica@data)" -ge 1 ] && ls /srv/data/more.40 && sync \
            && ! journalctl --boot --dmesg --output cat | grep -E "I/O error|EXT4-fs error|Aborting journal"'
    front_goes "$machine" nbd
    image_run "$machine" \
        'sed -i "s/^front = .*/front = \"ublk\"/" /etc/appliance/appliance.toml && systemctl restart appliance-replica@data'
    front_carries "$machine" ublk '/dev/ublkb[0-9]+$'
    front_goes "$machine" ublk
    in_machine "$machine" "fronts: no unit has failed" '[ -z "$(systemctl --failed --no-legend --plain | tee /dev/stderr)" ]'
    image_end
}

# front_carries MACHINE KIND DEVICE: promoted, a file system made, mounted, written to, read back from the disk.
front_carries() {
    local machine="$1" kind="$2" device="$3"
    check "$kind: the replica is promoted" image_until "$machine" 12 'appliance replica primary --force data 2>&1'
    check "$kind: its device is the kernel's" image_until "$machine" 6 "readlink --canonicalize /dev/appliance/data | grep -E '$device'"
    in_machine "$machine" "$kind: a file system is made, mounted and written to" 'set -e
        mkfs.ext4 -q -F /dev/appliance/data; mount /dev/appliance/data /srv/data
        dd if=/dev/urandom of=/srv/data/file bs=1M count=16 conv=fsync status=none; sha256sum /srv/data/file >/run/written'
    in_machine "$machine" "$kind: what was written is read back from the disk" \
        'sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum --check /run/written'
}

# front_goes MACHINE KIND: in use it stays; unmounted it is demoted, its device goes, and what was written is there the next time.
front_goes() {
    local machine="$1" kind="$2"
    in_machine "$machine" "$kind: a demotion under a mount is refused, with words" \
        'said=$(appliance replica secondary data 2>&1) && exit 1; echo "$said"; echo "$said" | grep "mounted on /srv/data"'
    in_machine "$machine" "$kind: unmounted it is demoted" \
        'umount /srv/data && appliance replica secondary data && [ ! -e /dev/appliance/data ]'
    in_machine "$machine" "$kind: promoted again it has what was written" \
        'appliance replica primary data; sleep 1; mount /dev/appliance/data /srv/data && sha256sum --check /run/written; code=$?
         umount /srv/data; appliance replica secondary data; exit $code'
}
