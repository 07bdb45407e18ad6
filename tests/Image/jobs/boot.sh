# Boots of the whole image. Sourced by run.sh.

# first_boot PLACE WHICH: the script of a first boot, with what every boot begins and ends with.
guest_script() {
    local which="$1"
    shift
    echo "which='$which'"
    for part in tools "$@"; do cat "$here/guest/$part.sh"; done | sed -e "/@CEILINGS@/{r $here/security-ceilings" -e 'd}'
    echo 'echo; echo "SCRIPT ended"'
}

seconds_of_ready() {
    grep --text --only-matching --perl-regexp 'agent [a-z ]*, \K[0-9.]+(?= s after)' "$1" | tail --lines=1
}

# The first boot with all its checks, then the second one of the same disk.
boots() {
    local which="$1" firmware="$2" machine="$place/$1" id
    need_image || return 1
    image_disk "$machine" 8G
    guest_script "$which" first services | image_script "$machine"
    image_start "$machine" "$firmware"
    image_wait "$machine" 60 'SCRIPT ended' || { fail "$which: the first boot ends with its checks"; image_end; return 0; }
    take "$machine/console"
    figure "$which: first boot, ready $(seconds_of_ready "$machine/console") s after the kernel started ($(image_accelerator))"
    image_end
    # A power cut and a second boot: what was made is there, and nothing is made again.
    mv "$machine/console" "$machine/console.first"
    { guest_script "$which, after a power cut" first; } | image_script "$machine"
    image_start "$machine" "$firmware"
    image_wait "$machine" 60 'SCRIPT ended' || { fail "$which: boots again after a power cut"; image_end; return 0; }
    take "$machine/console"
    figure "$which: second boot, ready $(seconds_of_ready "$machine/console") s after the kernel started ($(image_accelerator))"
    image_end
}

job_bios() { boots bios bios; }
job_uefi() {
    [ -e "$image_firmware" ] || { skipped "uefi: no UEFI firmware (package ovmf)"; return; }
    boots uefi uefi
}

# Slot b is offered with a kernel and an initramfs, but its root is no file system: three starts are counted, then the good slot is back.
job_trial() {
    local machine="$place/trial" counted
    need_image || return 1
    mkdir --parents "$machine"
    cp --sparse=always "$image_raw" "$machine/raw"
    set_record "$machine/raw" slot=a try=b left=3 reset=
    local esp
    esp="$(boot_partition "$machine/raw")"
    for file in vmlinuz initrd.img; do
        mcopy -o -i "$esp" "::/slot-a/$file" "$machine/$file"
        mcopy -o -i "$esp" "$machine/$file" "::/slot-b/$file"
    done
    image_raw="$machine/raw" image_disk "$machine" 4G
    guest_script "after the fall back" first | image_script "$machine"
    image_start "$machine" bios
    if image_wait "$machine" 150 'SCRIPT ended'; then
        counted="$(grep --text --count 'appliance: slot b appliance.trial=1' "$machine/console")"
        check "trial: a slot that does not start is tried three times" test "$counted" = 3
        check "trial: then the good slot is back, by itself" grep --text --quiet 'ready, slot a' "$machine/console"
        take "$machine/console"
    else
        fail "trial: falls back to the good slot"
    fi
    image_end
}

# set_record RAW VARIABLE=VALUE…: writes the boot loader's memory.
set_record() {
    local raw="$1"
    shift
    { printf '# GRUB Environment Block\n'; printf '%s\n' "$@"; } >"$place/grubenv"
    printf '%*s' $((1024 - $(stat --format=%s "$place/grubenv"))) '' | tr ' ' '#' >>"$place/grubenv"
    mcopy -o -i "$(boot_partition "$raw")" "$place/grubenv" ::/grub/grubenv
}

# reset=1 in the record: the next boot makes the box new, once.
job_reset() {
    local machine="$place/reset"
    need_image || return 1
    image_disk "$machine" 4G
    image_script "$machine" <<'SCRIPT'
mark=/boot/grub/reset-was-asked
ls /boot >/dev/null
say() { echo; echo "$1 reset: $2"; }
if [ ! -e "$mark" ]; then
    touch /etc/appliance/was-here
    echo secret | dd of=/dev/disk/by-partlabel/appliance-data bs=512 conv=notrunc,sync status=none
    mount -o remount,rw /boot
    touch "$mark"
    mount -o remount,ro /boot
    sync
    appliance factory-reset --confirm wrong-name && say FAIL "another name is refused" || say PASS "another name is refused"
    appliance factory-reset --confirm "$(hostname)" --reboot || say FAIL "it is ordered"
    sleep 600
fi
grep -q systemd.factory_reset=1 /proc/cmdline && say PASS "the boot loader was told" || say FAIL "the boot loader was told"
[ ! -e /etc/appliance/was-here ] && say PASS "what was configured is gone" || say FAIL "what was configured is gone"
head -c 512 /dev/disk/by-partlabel/appliance-data | grep -q secret && say FAIL "the replica is empty" || say PASS "the replica is empty"
grep -qx "reset=" /boot/grub/grubenv && say PASS "it happens once" || say FAIL "it happens once: $(grep -a reset= /boot/grub/grubenv)"
[ -s /var/lib/appliance/ssh/ssh_host_ed25519_key ] && say PASS "the box has new keys" || say FAIL "the box has new keys"
echo
echo "SCRIPT ended"
SCRIPT
    image_start "$machine" bios
    image_wait "$machine" 120 'SCRIPT ended' || fail "reset: boots as new"
    take "$machine/console"
    image_end
}
