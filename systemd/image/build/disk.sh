# Puts the parts together: boot loaders for BIOS and UEFI, the partition they read, the partition table, slot a. Everything by offset; no
# loop device, no mount. The layout: docs/IMAGE.md.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

epoch="$(lock_value epoch)"
sector=512 mebibyte=2048          # sectors
bios_start=2048 bios_size=$mebibyte
esp_start=$((bios_start + bios_size)) esp_size=$((128 * mebibyte))
slot_size=$((SLOT_MEBIBYTES * mebibyte))
root_a=$((esp_start + esp_size)) root_b=$((esp_start + esp_size + slot_size))
end=$((root_b + slot_size + mebibyte))
disk="$WORK/disk.img" esp="$WORK/esp.img"

# A stable identity: the same contents have the same, another build has another.
seed="$(sha256sum "$WORK"/parts/* | cut --delimiter=' ' --fields=1 | sha256sum)"
guid() { printf '%s %s' "$seed" "$1" | sha256sum | sed --regexp-extended 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }

# put FILE SECTOR
put() { dd if="$1" of="$disk" bs=1M seek="$(($2 * sector))" oflag=seek_bytes conv=notrunc,sparse status=none; }

# put_number OFFSET VALUE: eight bytes, the lowest first.
put_number() {
    local byte value="$2" text=""
    for byte in 1 2 3 4 5 6 7 8; do text+="\\x$(printf %02x $((value & 255)))"; value=$((value >> 8)); done
    printf "%b" "$text" | dd of="$disk" bs=1 seek="$1" conv=notrunc status=none
}

boot_loaders() {
    local common=(normal part_gpt fat linux search probe regexp test echo loadenv configfile minicmd reboot halt ls cat serial terminal
        sleep true)
    in_tools grub-mkimage --format=i386-pc --output="/host$WORK/core.img" --prefix='(,gpt2)/grub' biosdisk "${common[@]}"
    in_tools grub-mkimage --format=x86_64-efi --output="/host$WORK/bootx64.efi" --prefix='(,gpt2)/grub' efi_gop efi_uga "${common[@]}"
    cp "$(cat "$WORK/tools")/root/usr/lib/grub/i386-pc/boot.img" "$WORK/boot.img"
    [ "$(stat --format=%s "$WORK/core.img")" -le $((bios_size * sector)) ] || die "GRUB's core does not fit into its partition"
}

# 1024 bytes: a first line that GRUB insists on, the variables, filled up with "#".
environment() {
    printf '# GRUB Environment Block\nslot=a\ntry=\nleft=\nreset=\n' >"$WORK/grubenv"
    printf '%*s' $((1024 - $(stat --format=%s "$WORK/grubenv"))) '' | tr ' ' '#' >>"$WORK/grubenv"
}

boot_partition() {
    environment
    cp "$image/grub/grub.cfg" "$WORK/grub.cfg"
    touch --date="@$epoch" "$WORK"/{grub.cfg,grubenv,bootx64.efi}
    truncate --size=$((esp_size * sector)) "$esp"
    in_tools mkfs.fat --invariant -F 32 -s 2 -n APPL-BOOT -i "$(printf '%s' "$seed" | cut --characters=1-8)" "/host$esp"
    # One job after the other: the order of entries is the order of writing.
    in_tools sh -ec 'esp="$1" work="$2"
        mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/grub ::/slot-a ::/slot-b
        mcopy -m -i "$esp" "$work/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
        mcopy -m -i "$esp" "$work/grub.cfg" "$work/grubenv" ::/grub/
        mcopy -m -i "$esp" "$work/parts/initrd.img" "$work/parts/release" "$work/parts/vmlinuz" ::/slot-a/' esp "/host$esp" "/host$WORK"
}

table() {
    cat >"$WORK/table" <<TABLE
label: gpt
label-id: $(guid disk)
first-lba: 2048
start=$bios_start, size=$bios_size, type=21686148-6449-6E6F-744E-656564454649, uuid=$(guid bios), name=bios
start=$esp_start, size=$esp_size, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=$(guid esp), name=esp
start=$root_a, size=$slot_size, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=$(guid root-a), name=root-a, attrs="GUID:60,63"
start=$root_b, size=$slot_size, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=$(guid root-b), name=root-b, attrs="GUID:60,63"
TABLE
    truncate --size=$((end * sector)) "$disk"
    in_tools sfdisk --quiet "/host$disk" <"$WORK/table"
}

size=$(stat --format=%s "$WORK/parts/root.squashfs")
[ $((size * 14)) -le $((slot_size * sector * 10)) ] \
    || die "the root file system is $((size / 1048576)) MiB: with 40 % to spare it does not fit into a slot of $SLOT_MEBIBYTES MiB"
boot_loaders
boot_partition
table
put "$WORK/core.img" $bios_start
put "$esp" $esp_start
put "$WORK/parts/root.squashfs" $root_a
# The first sector's code and where it finds the rest; the partition table's own bytes behind it stay.
dd if="$WORK/boot.img" of="$disk" bs=1 count=440 conv=notrunc status=none
put_number $((0x5c)) $bios_start
printf '\x90\x90' | dd of="$disk" bs=1 seek=$((0x66)) conv=notrunc status=none
put_number $((bios_start * sector + 0x1f4)) $((bios_start + 1))
say "disk image of $((end / mebibyte)) MiB, compressing"
in_tools zstd --quiet -9 --threads=2 --force "/host$disk" -o "/host$WORK/disk.img.zst"
