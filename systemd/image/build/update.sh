# The update file for nodes that run already: the same parts, signed.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

file="$WORK/appliance-$VERSION-amd64.update"
arguments=(--version "$VERSION" --arch amd64 --built "$(lock_value epoch)" --output "$file"
    --kernel "$WORK/parts/vmlinuz" --initrd "$WORK/parts/initrd.img" --root "$WORK/parts/root.squashfs")
[ -z "$SIGN_KEY" ] || arguments+=(--sign-key "$SIGN_KEY")
"$WORK/appliance" update make "${arguments[@]}"
[ -n "$SIGN_KEY" ] || say "the update file is not signed: no node takes it (--sign-key FILE)"
