# The power rig without a replica: ext4 straight on the disk, once as it should be and once without barriers. The second must lose records,
# else the rig would not see a loss.
. /rig/guest/checks.sh
phase="$(cat /rig/job/phase)"
mkdir --parents /mnt/data
case "$phase" in
    write-*)
        mkfs.ext4 -q /dev/vdb
        sync
        mount --options "$([ "$phase" = write-careless ] && echo barrier=0,commit=60 || echo barrier=1)" /dev/vdb /mnt/data
        exec python3 /rig/guest/writer.py /mnt/data/records 1 /dev/ttyS1
        ;;
    check)
        mount /dev/vdb /mnt/data 2>/dev/null
        python3 /rig/guest/writer.py --check /mnt/data/records 2>/dev/null | sort --unique >/tmp/there
        sort --unique /rig/job/acknowledged | comm -23 - /tmp/there | wc --lines >/rig/out/missing
        ;;
esac
exit 0
