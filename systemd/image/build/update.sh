# The update file for nodes that run already: the same parts, signed.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

file="$WORK/appliance-$VERSION-amd64.update"
if ! "$WORK/appliance" update make --help 2>/dev/null | grep --quiet -- --sign-key; then
    [ -z "$SIGN_KEY" ] || die "--sign-key: this version's executable makes no update files"
    say "no update file: this version's executable makes none"
    exit 0
fi
arguments=(--version "$VERSION" --built "$(lock_value epoch)" --parts "$WORK/parts" --output "$file")
[ -z "$SIGN_KEY" ] || arguments+=(--sign-key "$SIGN_KEY")
"$WORK/appliance" update make "${arguments[@]}"
[ -n "$SIGN_KEY" ] || say "the update file is not signed: no node takes it (--sign-key FILE)"
