#!/bin/bash
# Moves a telephone system's directories into a real ext4 with "appliance data adopt", kills it in the middle, fills the disk, writes
# meanwhile. As root, in a mount namespace of its own:  unshare --mount --propagation private bash tests/smoke-adopt.sh EXECUTABLE
set -Eeuo pipefail
appliance=$(realpath "${1:?usage: smoke-adopt.sh EXECUTABLE}")
[[ $(readlink /proc/self/ns/mnt) != "$(readlink /proc/1/ns/mnt)" ]] || { echo "run this in a mount namespace of its own" >&2; exit 1; }
scratch=$(mktemp --directory)
passed=0 failed=0
eval "$(sed --quiet '/^expect() {/,/^}/p' "$(dirname "${BASH_SOURCE[0]}")/smoke.sh")"

loop=
cleanup() {
    local mount
    while read -r mount; do umount "$mount"; done < <(awk -v under="$scratch/" 'index($5, under) == 1 { print $5 }' /proc/self/mountinfo | tac)
    [[ -z $loop ]] || losetup --detach "$loop"
    rm --recursive --force "$scratch"
}
trap cleanup EXIT

live=$scratch/live replica=$scratch/replica

# A file system of its own for what is adopted, and an empty ext4 of SIZE as the replica's.
fresh() {
    local mount
    while read -r mount; do umount "$mount"; done < <(awk -v under="$scratch/" 'index($5, under) == 1 { print $5 }' /proc/self/mountinfo | tac)
    [[ -z $loop ]] || losetup --detach "$loop"
    mkdir --parents "$live" "$replica"
    mount -t tmpfs -o size=64m none "$live"
    rm --force "$scratch/disk"
    truncate --size="$1" "$scratch/disk"
    loop=$(losetup --find --show "$scratch/disk")
    mkfs.ext4 -q "$loop"
    mount "$loop" "$replica"
    tree "$live/etc"
    data "$live/mysql"
}

# Everything a directory can hold. The attributes are set by setfattr and setfacl, which the product does not need.
tree() {
    mkdir --parents "$1/keys" "$1/empty"
    for number in $(seq 60); do echo "exten => $number,1,Dial(SIP/$number)" >"$1/extensions-$number.conf"; done
    chown 117:119 "$1" "$1"/*.conf
    chmod 2750 "$1"
    chmod 0400 "$1/keys"
    echo secret >"$1/keys/asterisk.key"
    chmod 4711 "$1/extensions-1.conf"
    ln "$1/extensions-2.conf" "$1/keys/hard"
    ln --symbolic ../extensions-3.conf "$1/keys/soft"
    ln --symbolic /nowhere/at/all "$1/dangling"
    ln --symbolic . "$1/round"
    mkfifo "$1/fifo"
    printf 'two\nlines' >"$1/name with space"$'\n'"and line"
    printf x >"$1/-n"
    touch --date='2001-02-03 04:05:06.123456789' "$1/extensions-4.conf" "$1/empty"
    setfattr --name=user.site --value='pbx 42' "$1/extensions-5.conf"
    setfacl --modify=u:112:r "$1/extensions-6.conf"
    setfacl --default --modify=g:119:rwx "$1/empty"
}

data() {
    mkdir --parents "$1/db"
    chown -R 110:110 "$1"
    head --bytes=12M /dev/urandom >"$1/ibdata1"
    truncate --size=64M "$1/db/sparse.ibd"
    printf end | dd of="$1/db/sparse.ibd" bs=1 seek=60000000 conv=notrunc status=none
}

# Everything about a tree, for comparing: entries, contents, names of one file, attributes, ACLs.
list() {
    (
        cd "$1"
        find . -printf '%p %y %m %U:%G %T@ ' \( -type d -printf '\n' -o -printf '%s %n %l\n' \) | LC_ALL=C sort
        find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum
        find . -print0 | LC_ALL=C sort --zero-terminated | xargs --null getfattr --no-dereference --dump --match=-
        find . ! -type l -print0 | LC_ALL=C sort --zero-terminated | xargs --null getfacl --numeric
    ) 2>&1
}

adopt() { "$appliance" data adopt --directory "$replica" "$@"; }
# Not by process substitution: nobody waits for its end, and who still reads counts as a user of the directory.
same() {
    list "$2" >"$scratch/now.list"
    diff "$scratch/$1.list" "$scratch/now.list" | sed 5q
}
bound() { awk -v on="$1" '$5 == on { found = 1 } END { exit !found }' /proc/self/mountinfo; }

# Whatever has happened so far: the directory is whole where it was, or beside it.
whole() {
    local name=$1 place=$live/$1
    [[ ! -d $place.before-replica ]] || place=$place.before-replica
    same "$name" "$place"
}

moves() {
    fresh 96M
    list "$live/etc" >"$scratch/etc.list"
    list "$live/mysql" >"$scratch/mysql.list"
    expect "--print says what would happen" 0 "etc.before-replica \(kept until you delete it\)" adopt --print "$live/etc" "$live/mysql/"
    expect "and changes nothing" 0 '^$' same etc "$live/etc"
    expect "two directories are moved" 0 'in a bind resource' adopt "$live/etc" "$live/mysql/"
    expect "what is bound is what was there" 0 '^$' same etc "$live/etc"
    expect "also the sparse and the large" 0 '^$' same mysql "$live/mysql"
    expect "the old one is kept as it was" 0 '^$' same etc "$live/etc.before-replica"
    expect "it is a bind mount of the replica" 0 '' bound "$live/mysql"
    expect "holes stay holes" 0 '^[0-9]{1,3}[[:space:]]' du --block-size=1K "$live/mysql/db/sparse.ibd"
    expect "a second time there is nothing to do, and it says so" 0 'is in the replica already' adopt "$live/etc" "$live/mysql"
    umount "$live/etc"
    echo changed >>"$replica$live/etc/extensions-7.conf"
    expect "a lost bind is made again, and the newer content stays" 0 'in the replica' adopt "$live/etc"
    expect "with what the replica holds" 0 'changed' cat "$live/etc/extensions-7.conf"
    umount "$live/etc"
    rmdir "$live/etc"
    expect "two versions and no mount point: a person decides" 1 'was the replica.s in use since' adopt "$live/etc"
    expect "neither is touched" 0 'changed' cat "$replica$live/etc/extensions-7.conf"
    expect "nor the old one" 0 '^$' same etc "$live/etc.before-replica"
}

# Killed at moments spread over a whole run, then run to its end.
interrupted() {
    local began took part process wrong
    fresh 96M
    began=${EPOCHREALTIME/./}
    adopt "$live/etc" "$live/mysql" >/dev/null
    took=$((${EPOCHREALTIME/./} - began))
    for part in $(seq 1 8); do
        fresh 96M
        list "$live/etc" >"$scratch/etc.list"
        list "$live/mysql" >"$scratch/mysql.list"
        (exec "$appliance" data adopt --directory "$replica" "$live/etc" "$live/mysql" >/dev/null 2>&1) &
        process=$!
        sleep "$(awk -v us="$((took * part / 8))" 'BEGIN { print us / 1000000 }')"
        kill -KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
        wrong=$(whole etc; whole mysql)
        expect "killed after $part/8 of its time: nothing is lost" 0 '^$' echo "$wrong"
        expect "and the next run ends it" 0 'mysql: (in|is in) the replica' adopt "$live/etc" "$live/mysql"
        expect "whole" 0 '^$' echo "$(same etc "$live/etc"; same mysql "$live/mysql"; ls -d "$replica$live"/*.adopting 2>/dev/null)"
    done
}

refused() {
    local process
    fresh 12M
    list "$live/mysql" >"$scratch/mysql.list"
    expect "a target without room is refused before anything is done" 1 'bytes free and .* are to be copied' adopt "$live/mysql"
    expect "nothing was done" 0 '^$' same mysql "$live/mysql"
    # Bytes enough and too few inodes: only the copy itself finds out.
    umount "$replica"
    mkfs.ext4 -q -F -N 32 "$loop"
    mount "$loop" "$replica"
    list "$live/etc" >"$scratch/etc.list"
    expect "a target that turns out to be full is told, and emptied again" 1 'No space left|cannot create' fills
    expect "nothing was lost" 0 '^$' same etc "$live/etc"
    umount "$replica"
    mkfs.ext4 -q -F "$loop"
    mount "$loop" "$replica"
    expect "with room it goes on" 0 'in the replica' adopt "$live/etc"
    fresh 96M
    mount -t tmpfs -o size=1m none "$live/etc/empty"
    expect "a mount below is refused" 1 'is a mount below' adopt "$live/etc"
    umount "$live/etc/empty"
    (cd "$live/etc/keys" && exec sleep 600) &
    process=$!
    while [[ $(readlink "/proc/$process/cwd") != "$live/etc/keys" ]]; do sleep 0.05; done
    expect "a user is named" 1 "in use by sleep \($process\)" adopt "$live/etc"
    kill "$process"
    wait "$process" 2>/dev/null || true
    exec {held}<"$replica"
    flock --exclusive "$held"
    expect "two at a time are refused" 1 'another .*is at work' adopt "$live/etc"
    exec {held}<&-
}

# A copy that fails leaves nothing behind.
fills() {
    local output status=0
    output=$(adopt "$live/etc" 2>&1) || status=$?
    echo "$output"
    ls -d "$replica$live/etc.adopting" 2>/dev/null && return 9
    return "$status"
}

# Somebody appends for as long as it runs, and opens the file anew each time: no descriptor gives it away.
written_meanwhile() {
    local process last
    fresh 96M
    (
        count=0
        while sleep 0.01; do
            count=$((count + 1))
            echo "$count" >>"$live/mysql/log" || exit 0
            echo "$count" >"$scratch/written"
        done
    ) 2>/dev/null &
    process=$!
    expect "what changes meanwhile is not moved" 1 'differs|changed while|in use' adopt "$live/mysql"
    kill "$process"
    wait "$process" 2>/dev/null || true
    # The writer may have been ended between a line and its note.
    last=$(tail --lines=1 "$live/mysql/log")
    expect "every line that was written is there" 0 '' test "$last" -ge "$(cat "$scratch/written")"
    expect "when nobody writes it moves" 0 'in the replica' adopt "$live/mysql"
    expect "with every line" 0 "^$last\$" tail --lines=1 "$live/mysql/log"
}

moves
interrupted
refused
written_meanwhile
echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
