# Part of smoke.sh: an update made, checked and written by the published executable, on a node image that is a folder.
# Needs of smoke.sh: $appliance, $scratch, expect.

node=$scratch/node
mkdir --parents "$node"/{proc,run,boot/grub,boot/slot-a,usr/lib/appliance/update-keys,dev/disk/by-partlabel}
echo 'quiet appliance.slot=a' >"$node/proc/cmdline"
printf 'version=0.1.0\narch=amd64\nbuilt=0\n' >"$node/usr/lib/appliance/release"
echo 'first kernel' >"$node/boot/slot-a/vmlinuz"
{ printf '# GRUB Environment Block\nslot=a\ntry=\nleft=\n' && head --bytes=1024 /dev/zero | tr '\0' '#'; } | head --bytes=1024 >"$node/boot/grub/grubenv"
truncate --size=64K "$node"/dev/disk/by-partlabel/root-{a,b}
head --bytes=50000 /dev/urandom >"$scratch/root.squashfs"
make_update() {
    "$appliance" update make --version "$1" --arch amd64 --kernel tests/smoke.sh --initrd tests/publish.sh --root "$scratch/root.squashfs" \
        --built 0 --output "$2" "${@:3}"
}
expect "makes a key that signs updates" 0 '^key [0-9a-f]{16}: ' "$appliance" update keygen --output "$scratch/maker"
cp "$scratch/maker.pub" "$node/usr/lib/appliance/update-keys/"
expect "makes a signed update" 0 'version 0.2.0 for amd64' make_update 0.2.0 "$scratch/good.update" --sign-key "$scratch/maker.key"
expect "says that an update is unsigned" 0 'unsigned' make_update 0.2.0 "$scratch/unsigned.update"
expect "checks an update" 0 'every part is as it was signed' "$appliance" update check "$scratch/good.update" --key "$scratch/maker.pub"
head --bytes=-1 "$scratch/good.update" >"$scratch/short.update"
{ head --bytes=-1 "$scratch/good.update" && printf 'X'; } >"$scratch/changed.update"
before=$(cat "$node"/boot/grub/grubenv "$node"/dev/disk/by-partlabel/* | sha256sum)
expect "refuses an unsigned update" 1 'is unsigned' "$appliance" update "$scratch/unsigned.update" --root "$node"
expect "refuses a truncated update" 1 'truncated: found' "$appliance" update "$scratch/short.update" --root "$node"
expect "refuses a changed update" 1 'root.squashfs is damaged' "$appliance" update "$scratch/changed.update" --root "$node"
expect "refuses an update where there are no slots" 1 'does not run from a node image' "$appliance" update "$scratch/good.update"
expect "a refused update touches nothing" 0 '' test "$before" = "$(cat "$node"/boot/grub/grubenv "$node"/dev/disk/by-partlabel/* | sha256sum)"
expect "writes the other slot" 0 'slot b holds version 0.2.0' "$appliance" update "$scratch/good.update" --root "$node"
expect "the slot holds the root" 0 '' cmp --bytes=50000 "$scratch/root.squashfs" "$node/dev/disk/by-partlabel/root-b"
expect "the slot holds the kernel" 0 '' cmp tests/smoke.sh "$node/boot/slot-b/vmlinuz"
expect "says what the next boot tries" 0 'next boot tries slot b \(3 boots left\)' "$appliance" update status --root "$node"
if command -v grub-editenv >/dev/null; then
    expect "GRUB's own tool reads the record" 0 '^try=b$' grub-editenv "$node/boot/grub/grubenv" list
    grub-editenv "$node/boot/grub/grubenv" set left=2
    expect "what GRUB's own tool writes is read" 0 '\(2 boots left\)' "$appliance" update status --root "$node"
else
    skipped=$((skipped + 1))
    echo "SKIP GRUB's own tool: grub-editenv is not installed (grub-common)"
fi
echo 'quiet appliance.slot=b appliance.trial=1' >"$node/proc/cmdline"
expect "confirms the slot that runs" 0 'slot b .* is the good one now' "$appliance" update confirm --root "$node"
expect "orders a factory reset" 0 'erases' "$appliance" --socket "$scratch/none.sock" factory-reset --confirm "$(hostname --short)" --root "$node"
expect "the reset is in the record" 0 '^reset=1$' cat "$node/boot/grub/grubenv"
