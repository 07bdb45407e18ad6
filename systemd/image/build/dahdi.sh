# dahdi.sh: DAHDI's kernel modules for the kernel of the lists, as a package of their own, built once; prints the directory that holds it.
# Debian has them only as sources with a compiler, which has no place on a node. Run by resolve.sh, with its apt (APT_CONFIG).
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version_of() { apt-cache policy "$1" | sed --quiet 's/^ *Candidate: //p'; }
modules="$(version_of dahdi-dkms)"
headers="$(apt-cache depends --no-recommends linux-headers-amd64 | sed --quiet 's/.*Depends: linux-headers-//p')"
kernel="$(version_of linux-headers-amd64)"
[ -n "$modules" ] && [ -n "$headers" ] || die "$SUITE has no dahdi-dkms or no linux-headers-amd64"
mirrors=("deb $MIRROR $SUITE main" "deb $MIRROR $SUITE-updates main" "deb $SECURITY $SUITE-security main")

# Runs in the build root, with the kernel's version.
build_script() {
    cat <<'SCRIPT'
set -Eeuo pipefail
source="$(basename /usr/src/dahdi-*)"
dkms build "dahdi/${source#dahdi-}" -k "$1" --force || { cat /var/lib/dkms/dahdi/*/build/make.log; exit 1; }
mkdir --parents "/out/usr/lib/modules/$1/updates/dahdi"
find "/var/lib/dkms/dahdi/${source#dahdi-}/$1" -path '*/module/*.ko*' -exec cp {} "/out/usr/lib/modules/$1/updates/dahdi/" \;
[ -e "/out/usr/lib/modules/$1/updates/dahdi/dahdi.ko" ] || [ -e "/out/usr/lib/modules/$1/updates/dahdi/dahdi.ko.xz" ]
SCRIPT
}

make_modules() {
    local place="$1" tree="$WORK/dahdi/out"
    say "building DAHDI's kernel modules for $headers, two to three minutes"
    mkdir --parents "$tree"
    build_script >"$WORK/dahdi/build.sh"
    with_three env --unset=APT_CONFIG mmdebstrap --variant=apt --mode=root --format=null --include=dahdi-dkms,gcc,"linux-headers-$headers" \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
        --customize-hook="upload '$WORK/dahdi/build.sh' /build.sh" --customize-hook="chroot \"\$1\" bash /build.sh '$headers'" \
        --customize-hook="sync-out /out '$tree'" "$SUITE" /dev/null "${mirrors[@]}" >&2
    mkdir "$tree/DEBIAN"
    cat >"$tree/DEBIAN/control" <<CONTROL
Package: dahdi-modules-node
Version: $modules+k$kernel
Architecture: amd64
Maintainer: The Appliance Authors <appliance@localhost.localdomain>
Depends: linux-image-$headers
Provides: dahdi-dkms
Section: kernel
Priority: optional
Description: DAHDI's kernel modules for $headers
 Built from Debian's dahdi-dkms, without the compiler that it brings.
CONTROL
    dpkg-deb --root-owner-group --build "$tree" "$place/dahdi-modules-node_${modules#*:}+k${kernel}_amd64.deb" >&2
}

name="dahdi-$({ echo "$modules $headers $kernel"; cat "${BASH_SOURCE[0]}"; } | key_of)"
build_once "$name" make_modules
echo "$CACHE/$name"
