#!/usr/bin/env bash
# Turns this checkout into the appliance's disk image. What is in it, and how it is made: docs/IMAGE.md. Each step is a file in
# systemd/image/build; their order is below.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
./build-image.sh [options]: builds appliance-VERSION-amd64.img.zst, its list of packages, its lock and appliance_VERSION_amd64.deb.

  --without-asterisk   leave Asterisk and what only it needs out
  --suite NAME         Debian's suite (default: trixie)
  --mirror URL         Debian's mirror (default: this machine's own)
  --snapshot TIME      take Debian as it was: 20261121T000000Z, from snapshot.debian.org or a --mirror like it
  --lock FILE          build exactly these packages again; needs no network when they are in the cache
  --output DIRECTORY   where the results go (default: out/image)
  --sign-key FILE      sign the update file with this key (PEM, Ed25519)
  --only-package       build the .deb only
  --only-lock          say which packages it would be and stop: leaves ….resolved.lock

Needs root. Kept between builds: ${APPLIANCE_CACHE:-/var/cache/appliance}/image.
TEXT
}

refuse() { printf 'build-image.sh: %s\n' "$*" >&2; exit 2; }

export SOURCE="$PWD" SUITE=trixie MIRROR="" SNAPSHOT="" SECURITY="" LOCK="" OUTPUT="$PWD/out/image" SIGN_KEY="" WITH_ASTERISK=yes
steps=(preflight resolve fetch tools base agent package root disk update describe deliver)
while [ $# -gt 0 ]; do
    case "$1" in
    --help | -h) usage; exit ;;
    --without-asterisk) WITH_ASTERISK=no; shift; continue ;;
    --only-package) steps=(preflight agent package deliver); shift; continue ;;
    --only-lock) steps=(preflight resolve deliver); shift; continue ;;
    --suite | --mirror | --snapshot | --lock | --output | --sign-key) [ -n "${2:-}" ] || refuse "$1 needs a value" ;;
    *) refuse "there is no option \"$1\"; --help shows them" ;;
    esac
    case "$1" in
    --suite) SUITE=$2 ;;
    --mirror) MIRROR=${2%/} ;;
    --snapshot) SNAPSHOT=$2 ;;
    --lock) LOCK=$(realpath --canonicalize-missing -- "$2") ;;
    --output) OUTPUT=$(realpath --canonicalize-missing -- "$2") ;;
    --sign-key) SIGN_KEY=$(realpath --canonicalize-missing -- "$2") ;;
    esac
    shift 2
done
[[ $SUITE =~ ^[a-z]+$ ]] || refuse "--suite $SUITE: a suite is a name like trixie"
[[ -z $SNAPSHOT || $SNAPSHOT =~ ^[0-9]{8}T[0-9]{6}Z$ ]] || refuse "--snapshot $SNAPSHOT: a time looks like 20261121T000000Z"
[ -z "$SIGN_KEY" ] || [ -r "$SIGN_KEY" ] || refuse "--sign-key $SIGN_KEY: there is no such file"
. systemd/image/build/choices.sh

# What a power cut has left: nobody holds its lock. One without a lock may have been made this moment.
for left in "$CACHE"/.work-*/; do
    [ -e "$left/.lock" ] || continue
    (flock --nonblock 7 && rm --recursive --force --one-file-system "$left") 7>>"$left/.lock" || true
done
WORK=$(mktemp --directory "$CACHE/.work-XXXXXX")
export WORK
exec 7>"$WORK/.lock"
flock 7
trap 'rm --recursive --force --one-file-system "$WORK"' EXIT

# A step is a group of processes: ended together, and waited for, so that nothing is left that still writes.
step=begin group=""
stopped() {
    trap '' INT TERM HUP
    if [ -n "$group" ]; then
        kill -TERM -- "-$group" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 -- "-$group" 2>/dev/null || break; sleep 0.1; done
        kill -KILL -- "-$group" 2>/dev/null || true
        wait "$group" 2>/dev/null || true
    fi
    printf 'build-image.sh: stopped in step "%s".' "$step" >&2
    [ "$step" = deliver ] && echo " Look at what is in $OUTPUT." >&2 || echo " Nothing in $OUTPUT was changed." >&2
    exit 130
}
trap stopped INT TERM HUP

run_step() {
    local status=0
    set -m
    bash "systemd/image/build/$step.sh" >"$WORK/$step.log" 2>&1 </dev/null &
    group=$!
    set +m
    wait "$group" || status=$?
    group=""
    return "$status"
}

# The disks that are full, in words; a step only sees that a write failed.
full() {
    local place
    for place in "$CACHE" "$OUTPUT"; do
        until [ -d "$place" ]; do place="$(dirname "$place")"; done
        [ "$(($(df --output=avail --block-size=1M "$place" | tail --lines=1)))" -ge 64 ] \
            || printf 'There is no room left on %s (%s): make at least 4 GiB free, or name another place.\n' "$place" \
                "$(df --output=target "$place" | tail --lines=1)"
    done
}

exec 3>&1
# A function, read as a whole: whoever changes this file while it runs does not change what runs.
build() {
    local number
    for number in "${!steps[@]}"; do
        step=${steps[number]}
        printf '%s  %2d/%d  %s\n' "$(date +%H:%M:%S)" $((number + 1)) "${#steps[@]}" "$step"
        if ! run_step; then
            cp "$WORK/$step.log" "$CACHE/failed.log" || true
            tail --lines=25 "$WORK/$step.log" >&2
            full >&2
            printf 'build-image.sh: step %d of %d, "%s", failed (see above; all of it: %s). Nothing in %s was changed.\n' \
                $((number + 1)) "${#steps[@]}" "$step" "$CACHE/failed.log" "$OUTPUT" >&2
            exit 1
        fi
    done
}
build; exit
