# Whether this machine can build the image at all: says everything that is missing before anything is begun.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

problems=()

[ "$(id --user)" = 0 ] || problems+=("building the image needs root (packages are unpacked with their owners): run it with sudo")
arch="$(dpkg --print-architecture 2>/dev/null || uname --machine)"
[ "$arch" = amd64 ] || problems+=("this machine is $arch; the image is built for amd64, on amd64")
command -v dotnet >/dev/null || problems+=("dotnet is not installed: the agent is built with the .NET SDK named in global.json")
if [ "$SUITE" != trixie ] && [ "$WITH_ASTERISK" = yes ]; then
    problems+=("--suite $SUITE: Asterisk is built for trixie only; take --without-asterisk, or leave --suite out")
fi

# free DIRECTORY MEBIBYTES WHAT: whether there is room.
free() {
    local there="$1" available
    until [ -d "$there" ]; do there="$(dirname "$there")"; done
    available=$(($(df --output=avail --block-size=1M "$there" | tail --lines=1)))
    [ "$available" -ge "$2" ] || problems+=("$there has $available MiB free; $3 needs $2 MiB: $(($2 - available)) MiB more")
}

# writable DIRECTORY: whether results can be put there; root may do so nearly everywhere, but not on a disk that is read-only.
writable() {
    local there="$1" probe
    until [ -e "$there" ]; do there="$(dirname "$there")"; done
    if [ ! -d "$there" ]; then
        problems+=("--output $1: $there is no directory")
    elif probe="$(mktemp "$there/.probe-XXXXXX" 2>/dev/null)"; then
        rm "$probe"
    else
        problems+=("--output $1: nothing can be written in $there")
    fi
}
writable "$OUTPUT"
free "$CACHE" 4096 "the cache (APPLIANCE_CACHE names another place)"
free "$OUTPUT" 1024 "the result (--output names another place)"

if [ "$(stat --file-system --format=%T "$(dirname "$WORK")")" = overlayfs ]; then
    problems+=("$CACHE is on an overlay file system, which cannot be overlaid again: set APPLIANCE_CACHE to a directory on a disk")
fi

if [ "${#problems[@]}" -gt 0 ]; then
    printf '%s\n' "${problems[@]}" >&2
    trap - ERR
    exit 1
fi

needs=(mmdebstrap debian-archive-keyring util-linux zstd zlib1g-dev gcc)
missing=()
for package in "${needs[@]}"; do
    [ "$(dpkg-query --showformat='${db:Status-Status}' --show "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
say "installing on this machine: ${missing[*]}"
apt-get --quiet=2 update || true # Its old lists may do.
apt-get --quiet=2 install --yes --no-install-recommends "${missing[@]}" || die "please install: ${missing[*]}"
