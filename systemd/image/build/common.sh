# Shared by the steps of build-image.sh, which sets the variables in capitals. Sourced, not run.
#
#   SOURCE     the checkout              WORK    this build's own folder, gone afterwards    CACHE  kept between builds
#   LOCK       the lock to build from    OUTPUT  where the results go                       VERSION, SUITE, MIRROR, SECURITY, WITH_ASTERISK

set -Eeuo pipefail
trap 'printf "%s: line %s: a command failed (see the lines above)\n" "${0##*/}" "$LINENO" >&2' ERR

# The result must not depend on who builds it.
export LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive
umask 022

image="$SOURCE/systemd/image"
steps="$image/build"
pool="$CACHE/pool"
lock="$WORK/lock"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
keep_in="$CACHE"
. "$steps/kept.sh"

# To the person who waits; what else is printed goes into the step's log.
say() { printf '%s          %s\n' "$(date +%H:%M:%S)" "$*" >&3; }
die() { printf '%s\n' "$*" >&2; trap - ERR; exit 1; }

# The lines of a list without comments.
entries() { sed --expression='s/#.*//' --expression='/^[[:space:]]*$/d' "$1"; }

# lock_value KEY: a value of the lock's head.
lock_value() { awk --field-separator='\t' --assign key="$1" '$1 == key { print $2; exit }' "$lock"; }

# lock_lines root|tools: columns archive, name, version, architecture, sha256, size, path.
lock_lines() { awk --field-separator='\t' --assign part="$1" --assign OFS='\t' '$1 == part { print $2, $3, $4, $5, $6, $7, $8 }' "$lock"; }

# One word for what comes in.
key_of() { sha256sum | cut --characters=1-16; }

hash_of() { sha256sum <"$1" | cut --delimiter=' ' --fields=1; }

# unreachable FILE: whether apt says there that nobody answers.
unreachable() {
    grep --quiet --ignore-case --regexp='could not resolve' --regexp='could not connect' --regexp='cannot initiate' --regexp='unable to connect' \
        --regexp='temporary failure' --regexp='network is unreachable' --regexp='timed out' "$1"
}

# index DIRECTORY: writes the Packages file of a directory of .debs, for apt.
index() {
    local file
    for file in "$1"/*.deb; do
        dpkg-deb --field "$file"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(stat --dereference --format=%s "$file")" "$(hash_of "$file")"
    done >"$1/Packages"
    # mmdebstrap looks for the essential packages of the suite that it was told.
    printf '%s\n' "Suite: $SUITE" "Codename: $SUITE" "Architectures: amd64" "SHA256:" \
        " $(hash_of "$1/Packages") $(stat --format=%s "$1/Packages") Packages" >"$1/Release"
}

# repository root|tools DIRECTORY: the locked .debs of one part under their own names, with an index.
repository() {
    local archive name version arch sha256 rest
    mkdir --parents "$2"
    while IFS=$'\t' read -r archive name version arch sha256 rest; do
        ln --force "$pool/$sha256.deb" "$2/${name}_${version//:/%3a}_$arch.deb"
    done < <(lock_lines "$1")
    index "$2"
}

# with_three COMMAND…: runs it with standard input, output and error and no other descriptor. mmdebstrap has /bin/sh write to descriptors by
# number, which knows those below ten only: our locks, and what our caller has open, push them up.
with_three() (
    for descriptor in "/proc/$BASHPID/fd"/*; do
        descriptor="${descriptor##*/}"
        ((descriptor < 3 || descriptor == 255)) || eval "exec $descriptor>&-"
    done
    "$@"
)

# in_tools COMMAND…: runs it in the tools' root file system. This machine's files are below /host there.
in_tools() {
    with_three unshare --mount --pid --fork --kill-child --propagation private -- bash -c '
        set -e
        root="$1"; shift
        mount --rbind / "$root/host"
        mount --types proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" "$@"' in_tools "$(cat "$WORK/tools")/root" \
        env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TZ=UTC HOME=/root DEBIAN_FRONTEND=noninteractive \
        SOURCE_DATE_EPOCH="$(lock_value epoch)" INITRD=No "$@"
}

# in_root ROOT COMMAND…: runs it in a node's root file system, without starting any service.
in_root() {
    local root="$1"
    shift
    unshare --mount --pid --fork --kill-child --propagation private --mount-proc="$root/proc" -- chroot "$root" \
        env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TZ=UTC HOME=/root DEBIAN_FRONTEND=noninteractive \
        SYSTEMD_OFFLINE=1 SOURCE_DATE_EPOCH="$(lock_value epoch)" "$@"
}
