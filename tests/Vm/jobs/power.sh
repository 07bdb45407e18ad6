# A pair loses its power while a database writes. Phases: "write" on a until the host kills both; "check" on a afterwards; "stand" on b.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
. /rig/job/replica.sh
phase="$(cat /rig/job/phase)"
mkdir --parents /mnt/data

cable_up
replica_config /dev/vdb
[ "$phase" = check ] || [ -e /rig/job/created ] || "$appliance" replica create data && touch /rig/job/created
replica_start
wait_for 30 "$appliance" replica status data

write_for_ever() {
    "$appliance" replica primary --force data
    wait_for 300 in_sync && wait_for 20 is_primary || return 1
    mkfs.ext4 -q /dev/appliance/data
    mount /dev/appliance/data /mnt/data
    exec python3 /rig/guest/writer.py /mnt/data/records 1 /dev/ttyS1
}

all_there() {
    python3 /rig/guest/writer.py --check /mnt/data/records >/tmp/there
    # Every acknowledged number, none torn but for the last, which nobody acknowledged.
    sort --unique /rig/job/acknowledged >/tmp/acknowledged.sorted
    sort --unique /tmp/there >/tmp/there.sorted
    missing="$(comm -23 /tmp/acknowledged.sorted /tmp/there.sorted | wc --lines)"
    figure "power: acknowledged" "$(wc --lines </tmp/acknowledged.sorted)" records
    figure "power: missing afterwards" "$missing" records
    [ "$missing" = 0 ]
}

check_after() {
    check "power: both find each other again" wait_for 120 in_sync
    check "power: a is primary again" "$appliance" replica primary data
    check "power: the device is there" wait_for 20 is_primary
    mount /dev/appliance/data /mnt/data
    check "power: there is something to compare" test -s /rig/job/acknowledged
    check "power: every acknowledged record is there" all_there
    umount /mnt/data
    check "power: the file system is whole" e2fsck -fn /dev/appliance/data
    "$appliance" replica verify data
    wait_for 120 sh -c "$appliance replica status --proc data | grep --quiet cs:Connected"
    check "power: both copies are equal" sh -c "$appliance replica status --proc data | grep --quiet 'oos:0'"
    "$appliance" replica secondary data
    touch /rig/out/checked-done
}

case "$phase" in
    write) write_for_ever ;;
    check) check_after ;;
    stand) wait_for_host 1200 checked-done; cp /dev/null /dev/null ;;
esac
sed 's/^/replica log: /' "$replica_log" | tail --lines=15
exit 0
