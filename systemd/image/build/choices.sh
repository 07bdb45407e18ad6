# What the options leave open: which mirror, where the cache is, which version. Sourced by build-image.sh.

. systemd/image/build/kept.sh

VERSION="$(sed --quiet 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)"
CACHE="${APPLIANCE_CACHE:-/var/cache/appliance}/image"
if [ -n "$SNAPSHOT" ]; then
    MIRROR="${MIRROR:-http://snapshot.debian.org/archive/debian}"
    # Both archives of an archive of snapshots lie side by side.
    [[ $MIRROR == */debian ]] || refuse "--mirror $MIRROR: with --snapshot it ends with /debian, as http://snapshot.debian.org/archive/debian"
    SECURITY="${MIRROR%/debian}/debian-security/$SNAPSHOT"
    MIRROR="$MIRROR/$SNAPSHOT"
elif [ -n "$MIRROR" ]; then
    # A mirror beside which there is no debian-security has it nowhere: Debian's own then.
    SECURITY="$(debian_security_mirror)"
else
    MIRROR="$(debian_mirror)"
    SECURITY="$(debian_security_mirror)"
fi
# How much a slot holds: a disk that was flashed once cannot change it.
SLOT_MEBIBYTES=384
export VERSION CACHE MIRROR SECURITY SLOT_MEBIBYTES
if ! mkdir --parents "$CACHE" 2>/dev/null || [ ! -w "$CACHE" ]; then
    echo "build-image.sh: $CACHE cannot be written: run it with sudo, or set APPLIANCE_CACHE" >&2
    exit 1
fi
