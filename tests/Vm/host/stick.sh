# The job "stick": sticks as FAT and exFAT images behind the kernel's own file systems. Made by the published executable, mkfs.fat and mtools.
# Sourced by run.sh.

# fat_stick NAME LABEL [FOLDER]: an image of 16 MiB with the folder's files in its root.
fat_stick() {
    local image="$place/stick/$1.disk"
    truncate --size=16M "$image"
    mkfs.fat -n "$2" "$image" >/dev/null || return 1
    [ -z "${3:-}" ] || MTOOLS_SKIP_CHECK=1 mcopy -s -i "$image" "$3"/* ::/ || return 1
    plain_disk "$place/stick" "$1"
}

job_stick() {
    local job="$place/stick/rig/job" sticks="$place/stick/sticks" name
    [ -x out/agent/appliance ] || { echo "out/agent/appliance is missing: bash tests/publish.sh"; return 1; }
    for name in mkfs.fat mkfs.exfat mcopy; do
        command -v "$name" >/dev/null || { echo "SKIP stick: $name is missing (packages dosfstools exfatprogs mtools)"; return 0; }
    done
    mkdir --parents "$job"
    cp --recursive out/agent/appliance udev "$job/"
    printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 someone\n' >"$place/stick/keys"
    out/agent/appliance init --stick "$sticks" --yes --cluster site42 --node-a pbx-a --node-b pbx-b --service-address 192.168.1.245/24 \
        --lan-a 192.168.1.241/24 --lan-b 192.168.1.242/24 --ssh-keys "$place/stick/keys" >/dev/null || return 1
    cp --recursive "$sticks" "$job/"
    disk_arguments=()
    fat_stick good PBX-A "$sticks/pbx-a" || return 1
    fat_stick other KINGSTON "$sticks/pbx-b" || return 1
    # The only one with the label: it names one disk of a machine.
    fat_stick empty APPLIANCE || return 1
    fat_stick private PHOTOS || return 1
    # A file system whose table of clusters is noise.
    fat_stick broken PBX-A2 "$sticks/pbx-a" || return 1
    dd if=/dev/urandom of="$place/stick/broken.disk" bs=512 seek=1 count=60 conv=notrunc status=none
    truncate --size=16M "$place/stick/exfat.disk"
    mkfs.exfat "$place/stick/exfat.disk" >/dev/null || return 1
    plain_disk "$place/stick" exfat
    plain_disk "$place/stick" foreign 16M
    run_single stick 90 "${disk_arguments[@]}"
}
