# A pair loses its power while a database writes: "write" until the host kills both, "check" afterwards. "a" also has two disks without a
# replica: one whose file system flushes, one whose does not.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
. /rig/job/replica.sh
phase="$(cat /rig/job/phase)"
mkdir --parents /mnt/power /mnt/careful /mnt/careless

begin() {
    cable_up
    replica_config "$(disk_of power)"
    [ "$phase" = check ] || "$appliance" replica create data
    replica_start
    wait_for 60 answers
}

# write_on NAME LINE: for ever, acknowledged on the serial line.
write_on() { exec python3 /rig/guest/writer.py "/mnt/$1/records" 1 "$2"; }

write_for_ever() {
    begin
    mkfs.ext4 -q "$(disk_of careful)"
    mkfs.ext4 -q "$(disk_of careless)"
    sync
    mount --options barrier=1 "$(disk_of careful)" /mnt/careful
    mount --options barrier=0,commit=60 "$(disk_of careless)" /mnt/careless
    "$appliance" replica primary --force data
    wait_for 300 in_sync && wait_for 20 is_primary || return 1
    mkfs.ext4 -q /dev/appliance/data
    mount /dev/appliance/data /mnt/power
    write_on power /dev/ttyS1 &
    write_on careful /dev/ttyS2 &
    write_on careless /dev/ttyS3
}

# missing_on NAME: how many acknowledged records are not there whole.
missing_on() {
    python3 /rig/guest/writer.py --check "/mnt/$1/records" 2>/dev/null | sort --unique >/tmp/there
    sort --unique "/rig/job/$1.acknowledged" | comm -23 - /tmp/there | wc --lines
}

all_there() {
    local missing
    missing="$(missing_on power)"
    figure "power: acknowledged" "$(wc --lines </rig/job/power.acknowledged)" records
    figure "power: missing afterwards" "$missing" records
    [ "$missing" = 0 ]
}

check_rig() {
    mount "$(disk_of careful)" /mnt/careful
    mount "$(disk_of careless)" /mnt/careless 2>/dev/null
    check "power rig: a disk that is flushed keeps everything" test "$(missing_on careful)" = 0
    check "power rig: a disk that is not flushed loses something" test "$(missing_on careless)" -gt 0
}

check_after() {
    check_rig
    begin
    check "power: both find each other again" wait_for 120 in_sync
    check "power: a is primary again" "$appliance" replica primary data
    check "power: the device is there" wait_for 20 is_primary
    mount /dev/appliance/data /mnt/power
    check "power: there is something to compare" test -s /rig/job/power.acknowledged
    check "power: every acknowledged record is there" all_there
    umount /mnt/power
    check "power: the file system is whole" e2fsck -fn /dev/appliance/data
    "$appliance" replica verify data
    check "power: compared" wait_for 120 in_sync
    check "power: both copies are equal" sh -c "$appliance replica status --proc data | grep --quiet 'oos:0'"
    check "power: demoted" "$appliance" replica secondary data
    tell checked
}

case "$phase-$me" in
    write-a) write_for_ever ;;
    write-b) begin; sleep infinity ;;
    check-a) check_after ;;
    check-b) begin; hear checked 1200 ;;
esac
sed 's/^/replica log: /' "$replica_log" | tail --lines=15
exit 0
