# Every job's part of a pair, one after the other; then both lose their power while they write.
. /rig/guest/checks.sh
. /rig/guest/pair.sh
if [ "$(cat /rig/job/phase)" = write ]; then
    cable_up
    for part in fronts udev; do
        [ "$me" = b ] || bash "/rig/jobs/$part.sh"
    done
    for part in pair backend; do
        BACKEND_DISK=kernel bash "/rig/jobs/$part.sh"
        tell "$part-over-$me"
        hear "$part-over-$other_name" 900
    done
    tell parts
fi
exec bash /rig/jobs/power.sh
