# What the options leave open: which mirror, where the cache is, which version. Sourced by build-image.sh.

# The mirrors that this machine's own apt uses for Debian, so that a site with its own mirror needs no second setting.
mirror_of_apt() {
    local condition="$1" otherwise="$2" uri
    uri="$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' 2>/dev/null \
        | awk "\$2 == \"Debian\" && $condition { print \$1; exit }" || true)"
    uri="${uri:-$otherwise}"
    printf '%s\n' "${uri%/}"
}

VERSION="$(sed --quiet 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)"
CACHE="${APPLIANCE_CACHE:-/var/cache/appliance}/image"
if [ -n "$SNAPSHOT" ]; then
    MIRROR="${MIRROR:-http://snapshot.debian.org/archive/debian}/$SNAPSHOT"
    SECURITY="${MIRROR%/debian/*}/debian-security/$SNAPSHOT"
elif [ -n "$MIRROR" ]; then
    # A mirror beside which there is no debian-security has it nowhere: Debian's own then.
    SECURITY="$(mirror_of_apt '$1 ~ /security/' http://deb.debian.org/debian-security)"
else
    MIRROR="$(mirror_of_apt '$1 !~ /security/' http://deb.debian.org/debian)"
    SECURITY="$(mirror_of_apt '$1 ~ /security/' http://deb.debian.org/debian-security)"
fi
# How much a slot holds: a disk that was flashed once cannot change it.
SLOT_MEBIBYTES=384
export VERSION CACHE MIRROR SECURITY SLOT_MEBIBYTES
if ! mkdir --parents "$CACHE" 2>/dev/null || [ ! -w "$CACHE" ]; then
    echo "build-image.sh: $CACHE cannot be written: run it with sudo, or set APPLIANCE_CACHE" >&2
    exit 1
fi
