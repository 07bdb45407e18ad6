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

Needs root. Kept between builds: ${APPLIANCE_CACHE:-/var/cache/appliance}/image.
TEXT
}

refuse() { printf 'build-image.sh: %s\n' "$*" >&2; exit 2; }

export SOURCE="$PWD" SUITE=trixie MIRROR="" SNAPSHOT="" SECURITY="" LOCK="" OUTPUT="$PWD/out/image" SIGN_KEY="" WITH_ASTERISK=yes
steps=(preflight resolve fetch tools base agent package root disk update describe)
while [ $# -gt 0 ]; do
    case "$1" in
    --help | -h) usage; exit ;;
    --without-asterisk) WITH_ASTERISK=no; shift; continue ;;
    --only-package) steps=(preflight agent package); shift; continue ;;
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

WORK=$(mktemp --directory "$CACHE/.work-XXXXXX")
export WORK
trap 'rm --recursive --force --one-file-system "$WORK"' EXIT
exec 3>&1
for number in "${!steps[@]}"; do
    step=${steps[number]}
    printf '%s  %2d/%d  %s\n' "$(date +%H:%M:%S)" $((number + 1)) "${#steps[@]}" "$step"
    if ! bash "systemd/image/build/$step.sh" >"$WORK/$step.log" 2>&1; then
        cp "$WORK/$step.log" "$CACHE/failed.log"
        tail --lines=25 "$WORK/$step.log" >&2
        printf 'build-image.sh: step %d of %d, "%s", failed (see above; all of it: %s). Nothing in %s was changed.\n' \
            $((number + 1)) "${#steps[@]}" "$step" "$CACHE/failed.log" "$OUTPUT" >&2
        exit 1
    fi
done
bash systemd/image/build/deliver.sh
