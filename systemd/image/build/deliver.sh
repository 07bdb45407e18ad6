# Brings the results to their place, all of them or none, and says what they are.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir --parents "$OUTPUT"
if [ -d "$WORK/results" ]; then
    rm --force "$OUTPUT"/appliance-*-amd64.update
    mv "$WORK"/results/* "$OUTPUT/"
else
    mv "$WORK"/appliance_*.deb "$OUTPUT/"
fi
# What three weeks of builds have not touched.
find "$CACHE" -mindepth 1 -maxdepth 1 -type d \( -name 'base-*' -o -name 'tools-*' -o -name 'agent-*' -o -name 'dahdi-*' \) -mtime +21 \
    -exec rm --recursive --force --one-file-system {} +
(cd "$OUTPUT" && ls -l --human-readable --time-style=+ appliance[-_]* | awk '{ print "          " $5 "\t" $NF }') >&3
