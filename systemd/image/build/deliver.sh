# Brings the results to their place, all of them or none, and says what they are.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir --parents "$OUTPUT"
# Two builds that end at the same time deliver one after the other.
exec 8>"$CACHE/.lock-deliver"
flock 8
fresh="$(mktemp --directory "$OUTPUT/.fresh-XXXXXX")"
trap 'rm --recursive --force --one-file-system "$fresh"' EXIT
if [ -d "$WORK/results" ]; then
    results=("$WORK"/results/*)
elif [ -e "$lock" ]; then
    # The lock that lies beside an image is that image's.
    cp "$lock" "$WORK/appliance-$VERSION-amd64.resolved.lock"
    results=("$WORK/appliance-$VERSION-amd64.resolved.lock")
else
    results=("$WORK"/appliance_*.deb)
fi
# First beside the old ones, perhaps onto another disk, where there may be too little room; then by name, which needs none.
needed=$(($(du --apparent-size --total --block-size=1M "${results[@]}" | tail --lines=1 | cut --fields=1) + 1))
available=$(($(df --output=avail --block-size=1M "$OUTPUT" | tail --lines=1)))
[ "$available" -ge "$needed" ] || [ "$(stat --format=%d "$OUTPUT")" = "$(stat --format=%d "$WORK")" ] \
    || die "$OUTPUT has $available MiB free; the results need $needed MiB: $((needed - available)) MiB more"
mv "${results[@]}" "$fresh/"
sync --file-system "$fresh"
# From here on it is done in a moment, and all of it.
trap '' INT TERM HUP
[ ! -d "$WORK/results" ] || rm --force "$OUTPUT"/appliance-*-amd64.update
mv "$fresh"/* "$OUTPUT/"
# What three weeks of builds have not touched.
find "$CACHE" -mindepth 1 -maxdepth 1 -type d \( -name 'base-*' -o -name 'tools-*' -o -name 'agent-*' -o -name 'dahdi-*' \) -mtime +21 \
    -exec rm --recursive --force --one-file-system {} +
(cd "$OUTPUT" && ls -l --human-readable --time-style=+ appliance[-_]* | awk '{ print "          " $5 "\t" $NF }') >&3
