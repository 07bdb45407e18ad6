# appliance_VERSION_amd64.deb in a Debian 13 of its own (the lab's, under a throw-away overlay): installed, upgraded, removed, purged.
# Sourced by run.sh.

job_package() {
    local deb base root="$place/debian"
    need_image || return 1
    deb="$(echo "$(dirname "$image_file")"/appliance_*_amd64.deb)"
    base="$(bash tests/Lab/rootfs/base.sh | tail --lines=1)"
    mkdir --parents "$root" "$place/deb-upper" "$place/deb-work"
    # An upgrade needs a later version: the same files under another number.
    dpkg-deb --raw-extract "$deb" "$place/later"
    sed --in-place 's/^Version: .*/&+later/' "$place/later/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$place/later" "$place/later.deb" >/dev/null
    unshare --mount --propagation private bash "$here/guest/package.sh" "$base/root" "$place" "$deb" "$place/later.deb" >"$place/package.log" 2>&1 \
        || { fail "package: the run ended early"; tail --lines=20 "$place/package.log" | sed 's/^/    /'; }
    take "$place/package.log"
    if command -v lintian >/dev/null; then
        check "package: lintian has nothing to say" lintian --fail-on error,warning --profile debian --allow-root "$deb"
    else
        skipped "package: lintian is not installed"
    fi
}
