# Updates on the real boot loader and disk: refused ones, power cuts in the middle, a good one, one that never becomes healthy.
# Sourced by run.sh.
#
# A power cut is SIGKILL for QEMU. The disk is a qcow2 file with a write-back cache: what was flushed is there; of what was written since,
# parts that lie where nothing lay before may be lost with QEMU's own tables. Losses of any kind: tests/Agent.Tests/Update/PowerCutTests.cs.

# update_root: the image's parts, its root unpacked, so that other versions can be made of it.
update_root() {
    local esp file
    [ ! -e "$place/parts/root" ] || return 0
    mkdir --parents "$place/parts" "$place/updates"
    esp="$(boot_partition "$image_raw")"
    for file in vmlinuz initrd.img; do mcopy -i "$esp" "::/slot-a/$file" "$place/parts/$file" || return 1; done
    unsquashfs -quiet -no-progress -offset $((130 << 20)) -dest "$place/parts/root" "$image_raw" >/dev/null || return 1
    out/agent/appliance update keygen --output "$place/maker" && out/agent/appliance update keygen --output "$place/stranger"
}

# update_of NAME VERSION ARCH ROOT [options]: an update file; its root is a folder that is packed, or a file as it is.
update_of() {
    local name="$1" version="$2" arch="$3" root="$4" packed="$4" options=(--sign-key "$place/maker.key")
    shift 4
    [ "$#" = 0 ] || options=("$@")
    if [ -d "$root" ]; then
        packed="$place/parts/packed"
        printf 'version=%s\narch=%s\nbuilt=0\n' "$version" "$arch" >"$root/usr/lib/appliance/release"
        # Quick, not small.
        mksquashfs "$root" "$packed" -comp zstd -Xcompression-level 1 -b 256K -no-progress -noappend -quiet >/dev/null || return 1
    fi
    out/agent/appliance update make --version "$version" --arch "$arch" --kernel "$place/parts/vmlinuz" --initrd "$place/parts/initrd.img" \
        --root "$packed" "${options[@]}" --output "$place/updates/$name.update" >/dev/null
}

# updates_disk MACHINE: a disk with these files, for a machine's second place.
updates_disk() {
    local disk="$1/updates"
    mkdir --parents "$1"
    truncate --size=900M "$disk"
    mkfs.fat -F 32 "$disk" >/dev/null
    MTOOLS_SKIP_CHECK=1 mcopy -i "$disk" "$place"/updates/*.update "$place/maker.pub" ::/
    updates_drive=(-drive "file=$disk,format=raw,if=none,id=updates,readonly=on" -device virtio-blk-pci,drive=updates,serial=updates)
}

# update_ready MACHINE: the files are in /run/updates.
update_ready() { image_run "$1" 'mkdir -p /run/updates && mount -o ro /dev/disk/by-id/virtio-updates /run/updates'; }

# What of slots and boot record a refused update must leave as it is.
slots_as_they_are='ls -l /boot/slot-b; cat /boot/grub/grubenv; head -c 4194304 /dev/disk/by-partlabel/root-b | sha256sum'

# update_refused MACHINE NAME PATTERN FILE
update_refused() {
    local machine="$1" name="$2" pattern="$3" file="$4"
    image_run "$machine" "$slots_as_they_are" >"$place/slots.before"
    check "update: $name: refused, with words" image_run "$machine" \
        "said=\$(appliance update $file 2>&1) && exit 1; echo \"\$said\"; echo \"\$said\" | grep -E '$pattern'"
    image_run "$machine" "$slots_as_they_are" >"$place/slots.after"
    check "update: $name: nothing was touched" cmp "$place/slots.before" "$place/slots.after"
}

# update_cut MACHINE WHEN CONDITION: the power goes during an update, as soon as the condition is met; then the old slot is back.
update_cut() {
    local machine="$1" when="$2" condition="$3"
    image_run "$machine" 'systemd-run --quiet --collect --unit=the-update appliance update /run/updates/good.update'
    check "update: cut $when: that moment was met" image_run "$machine" \
        "until $condition; do [ -d /sys/fs/cgroup/system.slice/the-update.service ] || exit 9; done"
    image_end
    image_start "$machine" bios "${site_wire[@]}" "${updates_drive[@]}"
    image_up "$machine" 60 || { fail "update: cut $when: it boots"; return 1; }
    check "update: cut $when: the old slot runs, not on trial" image_run "$machine" \
        'grep "appliance.slot=a" /proc/cmdline && ! grep appliance.trial /proc/cmdline'
    check "update: cut $when: status tells" image_run "$machine" \
        'said=$(appliance update status) || echo "exit code $?"; echo "$said" | grep -E "slot b +empty" && echo "$said" | grep settled'
    check "update: cut $when: the boot partition has no fault" image_run "$machine" 'fsck.vfat -n /dev/disk/by-partlabel/esp'
    in_machine "$machine" "update: cut $when: the agent runs" 'systemctl is-active appliance-agent'
    update_ready "$machine"
}

job_update() {
    local machine="$place/update" VM_CACHE=writeback boot
    need_image && stick_site "$place/updated" site42 && update_root || return 1
    update_of good 0.2.0 amd64 "$place/parts/root" && head --bytes=5000 /dev/urandom >"$place/parts/small" \
        && update_of unsigned 0.2.0 amd64 "$place/parts/small" --min-version 0 && update_of arm 0.2.0 arm64 "$place/parts/small" \
        && update_of older 0.0.9 amd64 "$place/parts/small" \
        && update_of stranger 0.2.0 amd64 "$place/parts/small" --sign-key "$place/stranger.key" || return 1
    updates_disk "$machine"
    machine_with_site "$machine" "$place/updated" "${updates_drive[@]}" || { fail "update: the machine serves"; image_end; return 0; }
    update_ready "$machine"
    update_refused "$machine" "no key is trusted" 'no key is trusted here' /run/updates/good.update
    image_run "$machine" 'mkdir -p /etc/appliance/update-keys && cp /run/updates/maker.pub /etc/appliance/update-keys/; sync
        head -c 200000000 /run/updates/good.update >/var/tmp/truncated.update'
    update_refused "$machine" truncated 'bytes' /var/tmp/truncated.update
    update_refused "$machine" unsigned 'it is unsigned' /run/updates/unsigned.update
    update_refused "$machine" "another architecture" 'arm64' /run/updates/arm.update
    update_refused "$machine" "an older version" 'older' /run/updates/older.update
    update_refused "$machine" "a stranger's" 'signed by key' /run/updates/stranger.update
    in_machine "$machine" "update: the whole file is right" 'rm /var/tmp/truncated.update; appliance update check /run/updates/good.update'
    update_cut "$machine" "while the root is written" \
        '[ "$(awk "{ print \$7 }" /sys/class/block/$(basename $(readlink /dev/disk/by-partlabel/root-b))/stat)" -gt 100000 ]' \
        && update_cut "$machine" "while the kernel is written" '[ -e /boot/slot-b/vmlinuz.new ]' || { image_end; return 0; }
    boot="$image_boot"
    in_machine "$machine" "update: the same file again, after the cuts" 'appliance update /run/updates/good.update --reboot'
    check "update: the machine starts again" image_up "$machine" 60 "$boot"
    check "update: the other slot runs, on trial" image_run "$machine" \
        'grep "appliance.slot=b.* appliance.trial=1" /proc/cmdline && grep version=0.2.0 /usr/lib/appliance/release'
    check "update: a healthy agent confirms it" image_until "$machine" 30 \
        'appliance update status && appliance update status | grep "slot b  good  runs .*0.2.0"'
    in_machine "$machine" "update: the configuration is the same, the agent runs" \
        'systemctl is-active appliance-agent && cmp /etc/appliance/node <(echo pbx-a)'
    in_machine "$machine" "update: / is a squashfs without a byte to write" \
        '[ "$(findmnt -no FSTYPE /) $(df --output=avail -B1 / | tail -n 1 | tr -d " ")" = "squashfs 0" ]'
    image_end
}

# A version whose executable does nothing: neither agent nor confirmation. Its deadline is 90 s instead of ten minutes.
job_fallback() {
    local machine="$place/fallback" root="$place/parts/root" boot tried
    need_image && stick_site "$place/fallen" site42 && update_root || return 1
    rm "$root/usr/bin/appliance"
    cp "$root/usr/bin/false" "$root/usr/bin/appliance"
    mkdir --parents "$root/etc/systemd/system/appliance-boot-deadline.timer.d"
    printf '[Timer]\nOnBootSec=\nOnBootSec=90s\n' >"$root/etc/systemd/system/appliance-boot-deadline.timer.d/test.conf"
    rm --force "$place"/updates/*
    update_of bad 0.3.0 amd64 "$root" || return 1
    rm --recursive --force "$root"
    updates_disk "$machine"
    machine_with_site "$machine" "$place/fallen" "${updates_drive[@]}" || { fail "fallback: the machine serves"; image_end; return 0; }
    update_ready "$machine"
    image_run "$machine" 'mkdir -p /etc/appliance/update-keys && cp /run/updates/maker.pub /etc/appliance/update-keys/; sync'
    boot="$(image_run "$machine" cat /proc/sys/kernel/random/boot_id)"
    in_machine "$machine" "fallback: the update is taken" 'appliance update /run/updates/bad.update --reboot'
    # Its shell answers, too; waited for is the one of slot a.
    tried=$((SECONDS + 90 * $(image_slower)))
    until [ "$SECONDS" -ge "$tried" ]; do
        image_up "$machine" 60 "$boot" || break
        boot="$image_boot"
        image_patience=20 image_run "$machine" 'grep appliance.slot=a /proc/cmdline' >/dev/null && break
    done
    tried="$(grep --text --count 'appliance: slot b appliance.trial=1' "$machine/console")"
    check "fallback: it is tried three times" test "$tried" = 3
    in_machine "$machine" "fallback: then the good slot is back, by itself" \
        'grep appliance.slot=a /proc/cmdline && grep version=0.1.0 /usr/lib/appliance/release'
    check "fallback: status tells" image_run "$machine" 'appliance update status | grep "fell back: slot b did not become healthy"'
    check "fallback: it serves again" image_until "$machine" 30 'appliance status --json | tr -d " \n" | grep -o "\"role\":\"Active\""'
    in_machine "$machine" "fallback: the journals of the tries are kept" '[ "$(journalctl --list-boots --no-pager | grep -c .)" -ge 4 ]'
    image_end
}
