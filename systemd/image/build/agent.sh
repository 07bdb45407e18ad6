# The executable, from this checkout: published once for the same sources.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

make_agent() {
    say "publishing the agent, one to two minutes"
    # In a copy: what an earlier build left in bin and obj must not get in, and the checkout stays as it is.
    mkdir "$WORK/source"
    (cd "$SOURCE" && sources | xargs --null cp --parents --target-directory="$WORK/source")
    dotnet publish "$WORK/source/firmware-agent/Agent" --configuration Release --output "$WORK/published" --nologo --disable-build-servers
    cp "$WORK/published/appliance" "$1/appliance"
    sha256sum "$1/appliance"
}

# What the executable is made from, each name with a zero byte behind it, in order.
sources() {
    find Directory.Build.props Directory.Packages.props global.json firmware-agent drivers .editorconfig \
        \( -name bin -o -name obj \) -prune -o -type f -print0 | sort --zero-terminated
}

name="agent-$({ cd "$SOURCE" && { dotnet --version; sources | xargs --null sha256sum; }; } | key_of)"
build_once "$name" make_agent
cp "$CACHE/$name/appliance" "$WORK/appliance"
"$WORK/appliance" --version | grep --quiet --fixed-strings "$VERSION" \
    || die "the executable says it is version $("$WORK/appliance" --version), Directory.Build.props says $VERSION"
