#!/bin/bash
# Builds, once, what the virtual machines boot: Debian 13 with its own kernel 6.12, as a read-only ext4 image, the kernel and a small
# initramfs. Prints the directory that holds vmlinux, initrd and root.img. Kept in the cache under the hash of the scripts that make it.

. "$(dirname "${BASH_SOURCE[0]}")/../Lab/rootfs/common.sh"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

mirror="$(debian_mirror)"
security="$(debian_security_mirror)"

packages=(
    linux-image-amd64 kmod udev busybox-static cpio
    bash coreutils procps psmisc util-linux fdisk mount e2fsprogs iproute2 iputils-ping
    fio drbd-utils python3-minimal zstd
    libssl3t64 zlib1g libstdc++6 ca-certificates
)

# Hardware that no virtual machine of ours has. USB and HID stay: the job "devices" plugs in what QEMU and uhid can pretend.
excluded=(gpu media net/wireless net/ethernet infiniband iio hwmon staging isdn input scsi sound)

# Modules of the initramfs: the disk, its file system and what lies over it. modprobe finds what they need.
early=(virtio_pci virtio_blk ext4 overlay)

make_initrd() {
    local root="$1" target="$2" version="$3" tree="$1/tmp/initrd" module
    mkdir --parents "$tree"/{bin,dev,proc,sys,new,base,top,lib/modules/"$version"}
    cp "$root/usr/bin/busybox" "$tree/bin/busybox"
    for module in "${early[@]}"; do
        chroot "$root" modprobe --show-depends --set-version "$version" "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$tree/modules.order"
    local number=10 path
    while read -r path; do
        cp "$root$path" "$tree/lib/modules/$number-$(basename "$path")"
        number=$((number + 1))
    done <"$tree/modules.order"
    for path in "$tree"/lib/modules/*.xz; do [ ! -e "$path" ] || chroot "$root" busybox unxz "${path#"$root"}"; done
    install --mode=0755 "$here/guest/early.sh" "$tree/init"
    chroot "$root" sh -c 'cd /tmp/initrd && find . -print0 | sort -z | cpio --null --create --format=newc --quiet --reproducible' \
        | gzip --fast --no-name >"$target/initrd"
    rm --recursive --force "$tree"
}

# The kernel without its compression: QEMU starts it directly (PVH), which spares an emulated machine ten seconds of unpacking.
unpack_kernel() {
    local root="$1" compressed="$2" target="$3" place
    place="$(LC_ALL=C grep --byte-offset --only-matching --text --perl-regexp '\x28\xb5\x2f\xfd' "$compressed" | head --lines=1 | cut --delimiter=: --fields=1)"
    # What follows the compressed part is not for zstd, which says so.
    tail --bytes="+$((place + 1))" "$compressed" | chroot "$root" zstd --decompress --stdout --quiet >"$target" 2>>"$cache/vm-build.log" || true
    [ "$(head --bytes=4 "$target" | tail --bytes=3)" = ELF ] || die "no kernel found in $compressed"
}

build() {
    local target="$1" work version module option=()
    require_host_packages mmdebstrap debian-archive-keyring e2fsprogs
    say "building the virtual machines' Debian $suite, about two minutes; log: $cache/vm-build.log"
    work="$target/root"
    for module in "${excluded[@]}"; do option+=("--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/drivers/$module/*"); done
    mmdebstrap --variant=minbase --format=directory --quiet \
        --include="$(IFS=,; printf '%s' "${packages[*]}")" \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt='force-unsafe-io' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' "${option[@]}" \
        "$suite" "$work" \
        "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main" \
        >"$cache/vm-build.log" 2>&1 || { tail --lines=40 "$cache/vm-build.log" >&2; return 1; }
    version="$(basename "$work"/usr/lib/modules/*)"
    chroot "$work" depmod "$version" 2>>"$cache/vm-build.log"
    unpack_kernel "$work" "$work/boot/vmlinuz-$version" "$target/vmlinux"
    make_initrd "$work" "$target" "$version"
    rm --recursive --force "$work"/boot/* "$work"/var/lib/apt/lists/* "$work"/var/cache/apt/* "$work"/etc/hostname
    mkdir --parents "$work"/{rig,old}
    printf '%s\n' "$version" >"$target/version"
    mke2fs -q -t ext4 -O '^has_journal' -L appliance-vm -d "$work" "$target/root.img" 2G
    rm --recursive --force "$work"
}

require_root
name="vm-$(cat "$here/rootfs.sh" "$here/guest/early.sh" | sha256sum | cut --characters=1-12)"
build_once "$name" build
printf '%s\n' "$cache/$name"
