#!/bin/bash
# Builds Asterisk for trixie from Debian's own source package of testing, once, and prints the directory with the .debs.
# Neither bookworm nor trixie has Asterisk, and testing's binaries want a newer libc than trixie's.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mirror="$(debian_mirror)"

# Runs inside the build root.
build_script() {
    cat <<'SCRIPT'
set -Eeuo pipefail
export DEBIAN_FRONTEND=noninteractive DEB_BUILD_PROFILES="nodoc nocheck" DEB_BUILD_OPTIONS="nocheck nodoc parallel=2"
mkdir --parents /build
cd /build
apt-get --quiet=2 source asterisk
cd asterisk-*/
# trixie has debhelper 13; the package asks for 14 but uses nothing of it.
sed --in-place 's/debhelper-compat (= 14)/debhelper-compat (= 13)/' debian/control
# Only the console sound card wants portaudio. A headless box has none.
sed --in-place '/portaudio19-dev/d' debian/control
apt-get --quiet=2 build-dep --yes --no-install-recommends ./
dpkg-buildpackage --no-check-builddeps --build=binary --unsigned-source --unsigned-changes
SCRIPT
}

build() {
    local target="$1"
    require_host_packages mmdebstrap debian-archive-keyring
    say "building Asterisk from source, about five minutes on two idle cores; log: $cache/asterisk-build.log"
    build_script >"$target/build.sh"
    mmdebstrap --variant=buildd --format=null --quiet --include=fakeroot,dpkg-dev,ca-certificates \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt='force-unsafe-io' \
        --customize-hook="upload '$target/build.sh' /build.sh" \
        --customize-hook='chroot "$1" bash /build.sh' \
        --customize-hook="sync-out /build '$target'" \
        "$suite" /dev/null \
        "deb $mirror $suite main" \
        "deb $mirror $suite-updates main" \
        "deb-src [check-valid-until=no] $mirror testing main" \
        >"$cache/asterisk-build.log" 2>&1 || { tail --lines=40 "$cache/asterisk-build.log" >&2; return 1; }
    # Only the packages stay: not the sources, not the debug symbols.
    find "$target" -mindepth 1 -maxdepth 1 ! -name '*.deb' -exec rm --recursive --force {} +
    rm --force "$target"/*-dbgsym_*.deb
    dpkg-deb --field "$(find "$target" -name 'asterisk_*.deb')" Version >"$target/version"
}

require_root
name="asterisk-$(content_key asterisk.sh)"
build_once "$name" build
printf '%s\n' "$cache/$name"
