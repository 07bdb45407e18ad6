#!/bin/bash
# Whether the image is the same to the bit when it is made again: by another directory, from the lock of the first, with nothing kept but the
# packages. And the executable, published from two directories. Ends with "N passed, N failed, N skipped"; fifteen minutes on two cores.
set -Eeuo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ "$(id --user)" = 0 ] || { echo "SKIP reproducible: needs root"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
cache="${APPLIANCE_CACHE:-/var/cache/appliance}"
place="$(mktemp --directory "$cache/reproducible.XXXXXX")"
trap 'rm --recursive --force --one-file-system "$place"' EXIT
passed=0 failed=0

same() {
    local name="$1" first second
    first="$(sha256sum <"$2" | cut --delimiter=' ' --fields=1)"
    second="$(sha256sum <"$3" | cut --delimiter=' ' --fields=1)"
    if [ "$first" = "$second" ]; then
        echo "PASS $name: $first"
        passed=$((passed + 1))
    else
        echo "FAIL $name: $first and $second"
        failed=$((failed + 1))
    fi
}

# Two checkouts with names of different length, neither of which has ever been built in.
for copy in one a-second-one-with-a-longer-name/deeper; do
    mkdir --parents "$place/$copy"
    git ls-files -z --cached --others --exclude-standard | xargs --null cp --parents --target-directory="$place/$copy"
done
# The second has a cache of its own, but for the packages, and another time zone, locale, umask and host name.
mkdir --parents "$place/cache/image"
ln --symbolic "$cache/image/pool" "$place/cache/image/pool"

build() { (cd "$place/$1" && shift && "$@" ./build-image.sh --output "$output" ${lock:+--lock "$lock"}); }
output="$place/first" lock="" build one env
lock="$(echo "$place"/first/*.lock)"
umask 027
output="$place/second" build a-second-one-with-a-longer-name/deeper unshare --uts --net env --ignore-environment "PATH=$PATH" "HOME=$HOME" \
    TZ=Pacific/Auckland LANG=de_DE.UTF-8 "APPLIANCE_CACHE=$place/cache" DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    bash -c 'hostname elsewhere; exec "$@"' build
for file in "$place"/first/*; do same "${file##*/}" "$file" "$place/second/${file##*/}"; done
for half in first second; do dpkg-deb --fsys-tarfile "$place/$half"/*.deb | tar --extract --to-stdout ./usr/bin/appliance >"$place/$half-executable"; done
same "the executable" "$place/first-executable" "$place/second-executable"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
