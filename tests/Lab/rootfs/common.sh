# Shared by the scripts in this folder: where the cache is, how a step says what it does, how a result is built once.
# Sourced, not run.

set -Eeuo pipefail
trap 'printf "%s: line %s: a step failed (see the lines above)\n" "${0##*/}" "$LINENO" >&2' ERR

# The build must not depend on who runs it.
export LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive
umask 022

rootfs_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${APPLIANCE_CACHE:-/var/cache/appliance}"
suite=trixie

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

require_root() {
    [ "$(id --user)" -eq 0 ] || die "building a root file system needs root; run it with sudo"
}

# Installs what is missing on the host, and asks the network only then.
require_host_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep --quiet '^installed$' || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return 0
    say "installing on this machine: ${missing[*]}"
    apt-get --quiet=2 update
    apt-get --quiet=2 install --yes --no-install-recommends "${missing[@]}" >&2
}

# The mirrors this machine's own apt uses for Debian, so that a site with its own mirror needs no second setting.
debian_mirror() { apt_uri '$1 !~ /security/' http://deb.debian.org/debian; }
debian_security_mirror() { apt_uri '$1 ~ /security/' http://deb.debian.org/debian-security; }

apt_uri() {
    local condition="$1" otherwise="$2" uri
    uri="$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' 2>/dev/null | awk "\$2 == \"Debian\" && $condition { print \$1; exit }")"
    uri="${uri:-$otherwise}"
    printf '%s\n' "${uri%/}"
}

# One word that changes when any of the named files does.
content_key() {
    (cd "$rootfs_dir" && find "$@" -type f -print0 | sort --zero-terminated | xargs --null sha256sum) | sha256sum | cut --characters=1-12
}

# build_once NAME STEP: leaves the result of STEP in $cache/NAME. STEP gets an empty directory; it becomes visible
# under its name only when STEP has succeeded, and two runs at the same time build it once.
build_once() {
    local name="$1" step="$2" work
    mkdir --parents "$cache"
    exec 8>"$cache/.lock-${name%%-*}"
    flock 8
    if [ ! -d "$cache/$name" ]; then
        work="$(mktemp --directory "$cache/.building-$name-XXXXXX")"
        chmod 0755 "$work"
        # A failed build is not kept: the next run starts clean.
        # shellcheck disable=SC2064
        trap "rm --recursive --force --one-file-system '$work'" EXIT
        "$step" "$work"
        mv --no-target-directory "$work" "$cache/$name"
        trap - EXIT
        say "ready: $cache/$name"
    fi
    exec 8>&-
}
