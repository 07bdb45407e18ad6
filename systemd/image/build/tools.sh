# The root file system with the tools that make the image, from its own part of the lock.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

make_tools() {
    local place="$1" from="$WORK/tools-repository"
    repository tools "$from"
    say "unpacking the image tools, about half a minute"
    with_three mmdebstrap --variant=essential --mode=root --format=directory \
        --include="$(lock_lines tools | cut --fields=2 | paste --serial --delimiters=,)" \
        --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' --dpkgopt='force-unsafe-io' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        "$SUITE" "$place/root" "deb [trusted=yes] copy://$from ./"
    mkdir "$place/root/host"
}

name="tools-$({ lock_lines tools | cut --fields=5; cat "${BASH_SOURCE[0]}"; } | key_of)"
build_once "$name" make_tools
echo "$CACHE/$name" >"$WORK/tools"
