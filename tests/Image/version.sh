# A later version of the image under test: its own parts, the root with another number in it, signed. Sourced, not run.

# image_key FOLDER: a key for updates, FOLDER/test.key and FOLDER/test.pub.
image_key() {
    [ -e "$1/test.key" ] || { pair_tool && "$place/appliance" update keygen --output "$1/test" >/dev/null; }
}

# image_part NAME FILE: kernel, initramfs or root of the image's slot a.
image_part() {
    local bytes
    case "$1" in
        root.squashfs)
            # Its place in the image (docs/IMAGE.md, section 2); the file system itself says how long it is.
            bytes="$(od --address-radix=n --format=u8 --skip-bytes=$((130 * 1024 * 1024 + 40)) --read-bytes=8 "$image_raw" | tr --delete ' ')"
            dd if="$image_raw" of="$2" bs=1M skip=130 count=384 status=none
            truncate --size=$(((bytes + 4095) / 4096 * 4096)) "$2" ;;
        *) mcopy -n -i "$(boot_partition "$image_raw")" "::/slot-a/$1" "$2" ;;
    esac
}

# image_version FOLDER VERSION: FOLDER/VERSION.update, which works.
image_version() {
    local folder="$1" version="$2" tools
    [ ! -e "$folder/$version.update" ] || return 0
    tools="$(newest_tools)" || { echo "the image's tools are not in the cache"; return 1; }
    image_parts "$folder" || return 1
    unshare --mount --propagation private bash -Eeuo pipefail -c '
        folder="$1" version="$2" tools="$3"
        mkdir --parents "$folder"/{lower,upper,work,root}
        mount --read-only --options loop "$folder/root.squashfs" "$folder/lower"
        mount --types overlay later --options "lowerdir=$folder/lower,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
        sed --in-place "s/^version=.*/version=$version/" "$folder/root/usr/lib/appliance/release"
        mount --rbind "$folder" "$tools/mnt"
        chroot "$tools" mksquashfs /mnt/root /mnt/later.squashfs -comp zstd -Xcompression-level 3 -b 256K -no-progress -noappend -no-exports -quiet
    ' later "$folder" "$version" "$tools" || return 1
    image_update "$folder" "$version" "$folder/later.squashfs"
    rm --recursive --force "$folder"/{upper,work,root,lower} "$folder/later.squashfs"
}

# image_broken_version FOLDER VERSION: one whose root is no file system, so that no boot of it gets far.
image_broken_version() {
    [ ! -e "$1/$2.update" ] || return 0
    image_parts "$1" || return 1
    head --bytes=1M /dev/urandom >"$1/broken.squashfs"
    image_update "$1" "$2" "$1/broken.squashfs"
}

image_update() {
    image_key "$1" && pair_tool || return 1
    "$place/appliance" update make --version "$2" --arch amd64 --kernel "$1/vmlinuz" --initrd "$1/initrd.img" --root "$3" \
        --sign-key "$1/test.key" --output "$1/$2.update" >/dev/null
}

image_parts() {
    local part
    mkdir --parents "$1"
    for part in vmlinuz initrd.img root.squashfs; do [ -e "$1/$part" ] || image_part "$part" "$1/$part" || return 1; done
}

# Where build-image.sh keeps the programs that make images.
newest_tools() {
    local found
    found="$(ls --directory --sort=time "${APPLIANCE_CACHE:-/var/cache/appliance}"/image/tools-*/root 2>/dev/null | head --lines=1)"
    [ -n "$found" ] && echo "$found"
}
