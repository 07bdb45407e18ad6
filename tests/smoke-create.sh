# Part of smoke.sh, as root: what "replica create" says of real loop devices that hold something, and that it leaves them as they are.
# Needs of smoke.sh: $appliance, $scratch, expect.

loop=

# device SIZE [OPTION]: a loop device over a file of zeroes; its path is in $loop.
device() {
    [[ -z $loop ]] || losetup --detach "$loop"
    loop=
    rm --force "$scratch/loop"
    truncate --size="$1" "$scratch/loop"
    loop=$(losetup --find --show ${2:+"$2"} "$scratch/loop")
}

create() { "$appliance" replica create data --disk "$loop" --node 0 --cluster smoke "$@"; }

# refuses NAME PATTERN OPTION…: with exit code 1 and these words, and not a byte is changed.
refuses() {
    local name=$1 pattern=$2 before
    shift 2
    before=$(sha256sum <"$scratch/loop")
    expect "create refuses $name" 1 "$pattern" create "$@"
    expect "and leaves it" 0 '' test "$before" = "$(sha256sum <"$scratch/loop")"
}

# put OFFSET BYTES, as of printf.
put() { printf "$2" | dd of="$loop" bs=1 seek="$1" conv=notrunc,fsync status=none; }

file_systems() {
    device 64M
    mkfs.ext4 -q "$loop"
    refuses "an ext4 to the end" "holds ext4, which reaches 1064960 bytes .*resize2fs $loop 64496K"
    refuses "it also by force" 'holds ext4' --force
    mkdir --parents "$scratch/mounted"
    mount "$loop" "$scratch/mounted"
    refuses "a mounted one" "is mounted on $scratch/mounted: unmount it first" --force
    umount "$scratch/mounted"
    e2fsck -f -y "$loop" >/dev/null 2>&1
    resize2fs "$loop" 64496K >/dev/null 2>&1
    expect "create does as it said once it is shrunk" 0 'The ext4 on it stays' create
    expect "and the file system is whole" 0 '' e2fsck -f -n "$loop"
    device 320M
    mkfs.xfs -q "$loop"
    refuses "an xfs" 'xfs cannot shrink'
    device 64M
    mkswap "$loop" >/dev/null
    refuses "swap" "swapoff $loop and wipe it"
}

other_owners() {
    device 64M
    put 0 'LUKS\xba\xbe'
    refuses "a LUKS volume" "holds a LUKS volume, which may reach to its end: .*wipefs --all $loop"
    expect "but not with metadata elsewhere, as it said" 0 'metadata in' create --metadata "$scratch/metadata"
    device 64M
    put 4096 '\xfc\x4e\x2b\xa9\x01\x00\x00\x00'
    refuses "a member of a RAID (1.2)" 'holds a member of an md RAID'
    device 64M
    put $(((64 << 20) - 8192)) '\xfc\x4e\x2b\xa9\x01\x00\x00\x00'
    refuses "a member of a RAID that is described at the end" 'holds a member of an md RAID'
    device 64M
    put 512 'EFI PART'
    put 544 '\xff\xff\x01'
    refuses "a whole disk with partitions" 'holds a partition table.*name one of the partitions'
    device 64M
    put 512 'LABELONE'
    put 532 '\x20\x00\x00\x00LVM2 001'
    refuses "a physical volume" 'holds an LVM physical volume'
}

replicas() {
    device 64M --read-only
    refuses "a read-only disk" "$loop is read-only"
    device 1M
    refuses "a tiny disk" 'is too small: a replica needs 2113536 bytes'
    device 64M
    expect "create takes an empty one" 0 "node 0's disk of replica data" create
    refuses "it a second time" 'is still empty: nothing to do'
    expect "create refuses another replica's" 1 'belongs to another replica or cluster \(pair [0-9a-f-]+; other of smoke is' \
        "$appliance" replica create other --disk "$loop" --node 0 --cluster smoke
    expect "create refuses the other node's" 1 "is node 0's disk of this replica, and this is node 1" \
        "$appliance" replica create data --disk "$loop" --node 1 --cluster smoke
    put $(((64 << 20) - 4000)) 'torn'
    put $(((64 << 20) - 8000)) 'torn'
    expect "dump shows torn metadata" 0 'superblock' "$appliance" replica dump --disk "$loop"
}

file_systems
other_owners
replicas
losetup --detach "$loop"
