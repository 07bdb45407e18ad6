# Part of smoke.sh, behind smoke-replica.sh: peers and disks that must be refused, each with its reason in status, and no byte of data changed.
# Needs of smoke-replica.sh: serve, appears, ends, pair, on, nbd, $port, $scratch/key.

# says NODE PATTERN: until status of a node says why, at most half a minute; then the whole status, for expect.
says() {
    local tries output=
    for ((tries = 0; tries < 300; tries++)); do
        output=$(on "$1" status 2>&1) || true
        grep --quiet --extended-regexp "$2" <<<"$output" && break
        sleep 0.1
    done
    echo "$output"
}

# Two disks that were together and hold the same; both processes have ended.
together() {
    local node first
    rm --force "$scratch"/disk? "$scratch"/?.log "$scratch"/?.nbd "$scratch"/?.control
    for node in 0 1; do
        truncate --size=16M "$scratch/disk$node"
        "$appliance" replica create trial --cluster smoke --node "$node" --disk "$scratch/disk$node" >/dev/null
    done
    start 0
    first=$served
    start 1
    on 0 primary --force >/dev/null
    synced 0
    nbdcopy --flush "$scratch/small" "$(nbd 0.nbd)"
    stop "$served" "$first"
}

start() {
    pair "$1"
    appears "$scratch/$1.control" "$scratch/$1.log"
}

stop() {
    local one
    for one in "$@"; do
        kill "$one"
        wait "$one" || true
    done
    rm --force "$scratch"/?.nbd
}

# Hash of what users see: never changed by a refusal.
data() { head --bytes=13M "$scratch/disk$1" | sha256sum; }

# refuses NAME PATTERN NODE: both are started, NODE's status says PATTERN, neither's data has changed.
refused() {
    local before first second
    before=$(data 0)$(data 1)
    start 0
    first=$served
    start 1
    second=$served
    expect "$1: status says why" 0 "$2" says "$3" "$2"
    stop "$first" "$second"
    expect "$1: nothing is written" 0 '' test "$before" = "$(data 0)$(data 1)"
}

head --bytes=2M /dev/urandom >"$scratch/small"
together

strange_key() {
    local first second before
    before=$(data 0)$(data 1)
    start 0
    first=$served
    (umask 077 && echo "1 hmac-sha256 $(openssl rand -hex 32)" >"$scratch/strange")
    serve "$scratch/1.log" --disk "$scratch/disk1" --nbd "$scratch/1.nbd" --metadata internal --name trial --cluster smoke \
        --key-file "$scratch/strange" --control "$scratch/1.control" --peer "127.0.0.1:$port"
    second=$served
    expect "a wrong key: status says so" 0 'StandAlone.*key' says 1 'StandAlone.*key'
    stop "$second"
    (umask 077 && echo "2 hmac-sha256 $(openssl rand -hex 32)" >"$scratch/strange")
    start 1
    second=$served
    on 0 connect >/dev/null 2>&1 || true
    expect "the right one joins afterwards" 0 '' synced 0
    expect "nothing is written by strangers" 0 '' test "$before" = "$(data 0)$(data 1)"
    python3 - "$port" <<'P' &
import os, socket, sys, time
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(20)]
for round in range(200):
    one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    try: one.sendall(os.urandom(300))
    except OSError: pass
    one.close()
time.sleep(2)
P
    local noise=$!
    wait "$noise"
    expect "half-open connections and noise do not disturb a pair" 0 'Connected' on 0 status
    kill -KILL "$second"
    wait "$second" 2>/dev/null || true
    expect "a killed peer is missed" 0 'DUnknown' says 0 'DUnknown'
    start 1
    second=$served
    expect "nor keep its peer out" 0 '' synced 0
    stop "$second" "$first"
}

strange_key
cp "$scratch/disk0" "$scratch/old0"
cp "$scratch/disk1" "$scratch/old1"

# Node 0 writes alone, then its disk is replaced by an older copy of itself while node 1 has been made the newer one.
alone_on() {
    start "$1"
    on "$1" primary --force >/dev/null
    qemu-io -f raw -c 'write -P 7 4M 64k' -c flush "$(nbd "$1.nbd")" >/dev/null
    stop "$served"
}

alone_on 0
alone_on 1
refused "both wrote alone" 'StandAlone.*(split|both wrote alone|SplitBrain)' 0
cp "$scratch/disk0" "$scratch/disk1"
expect "the other node's disk is refused before anything starts" 3 "node 0's disk" "$appliance" replica serve --disk "$scratch/disk1" \
    --nbd "$scratch/1.nbd" --metadata internal --name trial --cluster smoke --key-file "$scratch/key" --peer "127.0.0.1:$port"
cp "$scratch/old0" "$scratch/disk0"
cp "$scratch/old1" "$scratch/disk1"
"$appliance" replica create trial --cluster smoke --node 1 --disk "$scratch/disk1" --force >/dev/null
truncate --size=15M "$scratch/tiny"
"$appliance" replica create trial --cluster smoke --node 1 --disk "$scratch/tiny" >/dev/null
mv "$scratch/tiny" "$scratch/disk1"
refused "a peer with a smaller disk" 'a larger disk is needed there' 0
