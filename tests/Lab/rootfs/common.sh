# Shared by the scripts in this folder: where the cache is, how a step says what it does.
# Sourced, not run.

set -Eeuo pipefail
trap 'printf "%s: line %s: a step failed (see the lines above)\n" "${0##*/}" "$LINENO" >&2' ERR

# The build must not depend on who runs it.
export LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive
umask 022

rootfs_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${APPLIANCE_CACHE:-/var/cache/appliance}"
suite=trixie
keep_in="$cache"
. "$rootfs_dir/../../../systemd/image/build/kept.sh"

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

# One word that changes when any of the named files does.
content_key() {
    (cd "$rootfs_dir" && find "$@" -type f -print0 | sort --zero-terminated | xargs --null sha256sum) | sha256sum | cut --characters=1-12
}
