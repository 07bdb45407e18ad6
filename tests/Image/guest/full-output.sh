# full-output.sh DISK SOURCE: deliver.sh with results that are larger than what is left of DISK (64 MiB), where results of before lie.
set -Eeuo pipefail
export SOURCE="$2" OUTPUT="$1/out" CACHE WORK VERSION=0 SUITE=trixie
CACHE="$(mktemp --directory /var/tmp/appliance-full.XXXXXX)"
trap 'rm --recursive --force "$CACHE"' EXIT
WORK="$CACHE/work"
mkdir --parents "$WORK/results" "$OUTPUT"
for name in appliance-0-amd64.img.zst appliance-0-amd64.update appliance-0-amd64.sha256; do echo "old $name" >"$OUTPUT/$name"; done
before="$(cd "$OUTPUT" && sha256sum ./*)"
head -c 70M /dev/zero >"$WORK/results/appliance-0-amd64.img.zst"
echo new >"$WORK/results/appliance-0-amd64.sha256"
! said="$(bash "$SOURCE/systemd/image/build/deliver.sh" 3>&1 2>&1)"
echo "$said"
echo "$said" | grep --quiet 'the results need 72 MiB: [0-9]* MiB more'
[ "$(cd "$OUTPUT" && sha256sum ./*)" = "$before" ]
[ "$(find "$OUTPUT" -mindepth 1 | wc --lines)" = 3 ]
# With room they come, all of them, and the update file of before, which is none of theirs, goes.
head -c 7M /dev/zero >"$WORK/results/appliance-0-amd64.img.zst"
bash "$SOURCE/systemd/image/build/deliver.sh" 3>&1
[ "$(cd "$OUTPUT" && find . -type f | sort | paste --serial --delimiters=' ')" = "./appliance-0-amd64.img.zst ./appliance-0-amd64.sha256" ]
[ "$(stat --format=%s "$OUTPUT/appliance-0-amd64.img.zst")" = 7340032 ]
