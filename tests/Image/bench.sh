#!/bin/bash
# The figures of the node image, behind tests/bench.sh image: size, time of a rebuild with warm caches, the agent's way to READY, writable
# bytes of the root, a pair from power on to telephony and through a power cut. Exit code 1 when an aim was missed. What an emulated machine
# takes is told and not judged: aims are for real hardware.
set -Eeuo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ "$(id --user)" = 0 ] || { echo "bench.sh image: needs root"; exit 77; }
place="$(mktemp --directory /var/tmp/appliance-image-bench.XXXXXX)"
trap 'rm --recursive --force "$place"' EXIT
missed=0

# aim NAME VALUE UNIT MOST
aim() {
    local verdict=kept
    [ "$2" -le "$4" ] || { verdict=MISSED; missed=1; }
    printf '%-44s %12s %-6s aim ≤ %s: %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

./build-image.sh --output "$place/warm"
started=$SECONDS
./build-image.sh --output "$place/out" --lock "$place"/warm/*.lock
rebuild=$((SECONDS - started))
image="$(echo "$place"/out/*.img.zst)"
IMAGE="$image" bash tests/Image/run.sh agent pair >"$place/log" 2>&1 || { tail --lines=30 "$place/log"; exit 1; }
echo
aim "compressed image" "$(stat --format=%s "$image")" bytes 260000000
aim "rebuild, warm caches, $(nproc) processors" "$rebuild" s 900
aim "writable bytes of the running root" "$(grep --only-matching --perl-regexp 'root-writable-bytes=\K[0-9]+' "$place/log")" bytes 0
grep '^FIGURE ' "$place/log" | sed 's/^FIGURE //'
exit "$missed"
