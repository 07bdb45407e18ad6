# What is built once and kept, and where packages come from. Shared by the steps of build-image.sh and by tests/Lab/rootfs, which set
# keep_in (the directory) and say. Sourced, not run.

# The mirrors that this machine's own apt uses for Debian, so that a site with its own mirror needs no second setting.
mirror_of_apt() {
    local condition="$1" otherwise="$2" uri
    uri="$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' 2>/dev/null \
        | awk "\$2 == \"Debian\" && $condition { print \$1; exit }" || true)"
    uri="${uri:-$otherwise}"
    printf '%s\n' "${uri%/}"
}

debian_mirror() { mirror_of_apt '$1 !~ /security/' http://deb.debian.org/debian; }
debian_security_mirror() { mirror_of_apt '$1 ~ /security/' http://deb.debian.org/debian-security; }

# build_once NAME STEP: leaves STEP's result in $keep_in/NAME. STEP gets an empty directory; only a finished one gets its name, and two
# builds at the same time make it once.
build_once() {
    local name="$1" step="$2" place
    mkdir --parents "$keep_in"
    exec 8>"$keep_in/.lock-${name%%-*}"
    flock 8
    if [ -d "$keep_in/$name" ]; then
        say "kept from an earlier build: $name"
        touch "$keep_in/$name"
    else
        # Nobody else builds one of these now, so what lies there was left behind by a power cut.
        rm --recursive --force --one-file-system "$keep_in/.building-${name%%-*}-"*
        place="$(mktemp --directory "$keep_in/.building-$name-XXXXXX")"
        chmod 0755 "$place"
        # shellcheck disable=SC2064 # the place of now
        trap "rm --recursive --force --one-file-system '$place'" EXIT
        "$step" "$place"
        mv --no-target-directory "$place" "$keep_in/$name"
        trap - EXIT
        say "ready: $name"
    fi
    exec 8>&-
}
