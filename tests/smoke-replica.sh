# Part of smoke.sh: replicas as a first user types them, two processes on this machine, looked at with libnbd's and qemu's tools.
# Needs of smoke.sh: $appliance, $scratch, expect.

replica_processes=()

# What "trap … EXIT" calls: ends what this file started, by its ids.
end_replicas() {
    local one
    for one in "${replica_processes[@]}"; do kill -KILL "$one" 2>/dev/null || true; done
}

# serve LOG OPTION… starts a process in the background; its id is in $served.
serve() {
    local log=$1
    shift
    "$appliance" replica serve "$@" >>"$log" 2>&1 &
    served=$!
    replica_processes+=("$served")
}

# Whether a process listens on a unix socket: the file alone may be what a killed process left. (The kernel's flag 0x10000 is "accepts connections".)
listens() { grep --quiet --extended-regexp "^[^ ]+ [0-9A-F]+ [0-9A-F]+ 00010000 .* $1\$" /proc/net/unix; }

# appears SOCKET waits until somebody listens on it; a process that has ended instead is told by the log.
appears() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        listens "$1" && return 0
        kill -0 "$served" 2>/dev/null || break
        sleep 0.1
    done
    echo "$1 does not appear; the log says:"
    tail --lines=5 "$2"
    return 1
}

# ends NAME PROCESS expects that a process that was told to end does so with exit code 0.
ends() {
    local status=0
    wait "$2" 2>/dev/null || status=$?
    expect "$1" 0 '' test "$status" = 0
}

nbd() { echo "nbd+unix:///?socket=$scratch/$1"; }

# A disk or a file that is none of a replica's: just served.
plain_disk() {
    local disk=$scratch/plain log=$scratch/plain.log
    head --bytes=20M /dev/urandom >"$disk"
    cp "$disk" "$disk.copy"
    serve "$log" --disk "$disk" --nbd "$scratch/plain.sock"
    expect "a plain file is served" 0 '' appears "$scratch/plain.sock" "$log"
    expect "nbdinfo reads its size" 0 '^20971520$' nbdinfo --size "$(nbd plain.sock)"
    expect "nbdinfo sees what is offered" 0 'can_fua: true' nbdinfo "$(nbd plain.sock)"
    expect "nbdcopy reads all of it" 0 '' nbdcopy "$(nbd plain.sock)" "$scratch/read"
    expect "and what it read is what is there" 0 '' cmp "$disk.copy" "$scratch/read"
    head --bytes=20M /dev/urandom >"$disk.copy"
    expect "nbdcopy writes all of it" 0 '' nbdcopy --flush "$disk.copy" "$(nbd plain.sock)"
    expect "qemu-img finds what was written" 0 'identical' qemu-img compare -f raw -F raw "$(nbd plain.sock)" "$disk.copy"
    expect "a second process for the socket is refused" 3 'another process' "$appliance" replica serve --disk "$disk" --nbd "$scratch/plain.sock"
    kill "$served"
    ends "and ends in order when told to" "$served"
    expect "the file holds it" 0 '' cmp "$disk" "$disk.copy"
}

# pair NODE starts one half; the id is in $served.
pair() {
    local node=$1 where=(--listen "127.0.0.1:$port")
    [[ $node == 0 ]] || where=(--peer "127.0.0.1:$port")
    serve "$scratch/$node.log" --disk "$scratch/disk$node" --nbd "$scratch/$node.nbd" --metadata internal --name trial --cluster smoke \
        --key-file "$scratch/key" --control "$scratch/$node.control" "${where[@]}"
}

on() {
    local node=$1 verb=$2
    shift 2
    "$appliance" replica "$verb" "$scratch/$node.control" "$@"
}

synced() { on "$1" wait --for synced --timeout 120s; }

# What a first user does wrong, and is told.
refusals() {
    local create=("$appliance" replica create trial --cluster smoke)
    truncate --size=48M "$scratch/disk0"
    truncate --size=56M "$scratch/disk1"
    expect "create without a configuration says what to give" 2 'give --disk, --node and --cluster' "$appliance" replica create trial
    expect "serve of a disk without metadata says how to prepare it" 3 'replica create trial --disk .*disk0 --node 0 --cluster smoke' \
        "$appliance" replica serve --disk "$scratch/disk0" --nbd "$scratch/0.nbd" --metadata internal --primary --name trial --cluster smoke
    expect "dump of a disk without metadata says so" 1 'there is no replica here' "$appliance" replica dump --disk "$scratch/disk0"
    expect "a disk is prepared" 0 "node 0's disk of replica trial: 47.0 MiB" "${create[@]}" --node 0 --disk "$scratch/disk0"
    expect "and is not prepared twice" 1 'nothing to do' "${create[@]}" --node 0 --disk "$scratch/disk0"
    expect "the peer's disk may be larger" 0 '55.0 MiB' "${create[@]}" --node 1 --disk "$scratch/disk1"
    expect "a replica's disk is not served as a plain one by mistake" 3 "is a replica's disk" \
        "$appliance" replica serve --disk "$scratch/disk0" --nbd "$scratch/0.nbd"
    expect "a pair without a key says how to make one" 2 'openssl rand' "$appliance" replica serve --disk "$scratch/disk0" \
        --nbd "$scratch/0.nbd" --metadata internal --listen "127.0.0.1:$port"
    expect "another replica's name is refused" 3 'give the names' "$appliance" replica serve --disk "$scratch/disk0" \
        --nbd "$scratch/0.nbd" --metadata internal --primary --name other --cluster smoke
    expect "status of a process that is not there says so" 2 'nobody listens' "$appliance" replica status "$scratch/0.control"
}

two_by_hand() {
    local first second size log0=$scratch/0.log
    (umask 077 && echo "1 hmac-sha256 $(openssl rand -hex 32)" >"$scratch/key")
    pair 0
    first=$served
    expect "node 0 listens for orders" 0 '' appears "$scratch/0.control" "$log0"
    expect "an empty disk is not made primary without force" 1 'force' on 0 primary
    expect "the first of two new disks is made primary by force" 0 'primary' on 0 primary --force
    expect "and serves" 0 '' appears "$scratch/0.nbd" "$log0"
    expect "which wait sees" 0 '' on 0 wait --for primary --timeout 30s
    head --bytes=8M /dev/urandom >"$scratch/content"
    expect "it is written before there is a peer" 0 '' nbdcopy --flush "$scratch/content" "$(nbd 0.nbd)"
    expect "status says that there is no peer, with exit code 1" 1 'WFConnection' on 0 status
    size=$(nbdinfo --size "$(nbd 0.nbd)")
    pair 1
    second=$served
    expect "the peer joins and copies by itself" 0 '' synced 0
    expect "both have the smaller disk's size" 0 "\"data_bytes\": $size" on 1 status --json
    expect "a secondary serves nobody" 1 '' test -e "$scratch/1.nbd"
    expect "status is a table" 0 'UpToDate here, UpToDate there' on 0 status
    expect "status --json is an array with DRBD's words" 0 '"connection": "Connected"' on 0 status --json
    expect "which is JSON" 0 '^trial Primary 0$' json_of 0
    expect "status --proc is as /proc/drbd" 0 'cs:Connected ro:Secondary/Primary ds:UpToDate/UpToDate C' on 1 status --proc
    expect "dump reads beside the process" 0 'current  +[0-9A-F]{16}' "$appliance" replica dump --disk "$scratch/disk0"
    expect "the peer refuses to be primary meanwhile" 1 'primary' on 1 primary
    head --bytes=8M /dev/urandom >"$scratch/content"
    expect "a write on one" 0 '' nbdcopy --flush "$scratch/content" "$(nbd 0.nbd)"
    expect "verify compares both" 0 '' on 0 verify
    expect "verify ends without a difference" 0 '' synced 0
    expect "and says so" 0 '0 blocks differed' on 0 status
    kill -KILL "$first"
    wait "$first" 2>/dev/null || true
    expect "the survivor waits for its peer" 1 'WFConnection' waits_alone
    rm "$scratch/0.nbd"
    pair 0
    first=$served
    expect "killed and started again they are in sync by themselves" 0 '' synced 1
    expect "roles can be exchanged" 0 'primary' on 1 primary
    expect "the other serves" 0 '' appears "$scratch/1.nbd" "$scratch/1.log"
    qemu-img convert -f raw -O raw "$(nbd 1.nbd)" "$scratch/other"
    expect "what was written on one is on the other" 0 '' cmp --bytes="$(stat --format=%s "$scratch/content")" "$scratch/content" "$scratch/other"
    expect "it is written from there" 0 'wrote' qemu-io -f raw -c 'write -P 90 12M 1M' -c 'flush' "$(nbd 1.nbd)"
    expect "and becomes secondary again" 0 '' on 1 secondary
    kill "$first" "$second"
    ends "node 0 ends in order" "$first"
    ends "node 1 ends in order" "$second"
    expect "both disks hold the same bytes" 0 '' cmp --bytes="$size" "$scratch/disk0" "$scratch/disk1"
    expect "and the metadata says that both know it" 0 'disk state +UpToDate' "$appliance" replica dump --disk "$scratch/disk1"
}

json_of() {
    on "$1" status --json | python3 -c '
import json, sys
one = json.load(sys.stdin)[0]["status"]
print(one["name"], one["role"], next(value for key, value in one.items() if key.startswith("out_of_sync")))'
}

# Until node 1 has noticed; it ends with what status ends with.
waits_alone() {
    local tries status=0 output
    for ((tries = 0; tries < 300; tries++)); do
        status=0
        output=$(on 1 status 2>&1) || status=$?
        grep --quiet WFConnection <<<"$output" && break
        sleep 0.1
    done
    echo "$output"
    return "$status"
}

for need in nbdinfo nbdcopy qemu-img qemu-io openssl python3; do
    command -v "$need" >/dev/null && continue
    failed=$((failed + 1))
    echo "FAIL $need is missing: bash tests/install-needs.sh"
    return 0
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
plain_disk
refusals
two_by_hand
source tests/smoke-refusals.sh
