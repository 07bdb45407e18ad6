# Two machines of the image: a LAN with a router and a telephone (lan.py), a cable, a serial cable, a stick for each. Sourced by jobs.
#
# Each has two network cards, enp0s16 (LAN) and enp0s17 (cable); its second serial port is the null-modem cable. What a test
# wants to know it asks the machine's shell (shell.sh): nobody logs in.

pair_vip=192.168.77.245
pair_router=192.168.77.1
declare -A pair_pid=()
# What every machine has besides.
pair_extra=()
declare -A pair_mac=([a]=52:54:00:00:00:0a [b]=52:54:00:00:00:0b)

# The executable of the image under test, for what is done on this machine.
pair_tool() {
    [ -x "$place/appliance" ] && return 0
    dpkg-deb --fsys-tarfile "$(dirname "$image_file")"/appliance_*_amd64.deb \
        | tar --extract --to-stdout ./usr/bin/appliance >"$place/appliance"
    chmod +x "$place/appliance"
}

# Sticks as "appliance init" makes them. Emulated processors are slow beside each other, so deadtime and probes are given more time.
pair_sticks() {
    local folder="$1" node
    pair_tool || return 1
    "$place/appliance" init --yes --stick "$folder/sticks" --cluster image-pair --node-a pbx-a --node-b pbx-b \
        --service-address "$pair_vip/24" --lan-interface enp0s16 --lan-a 192.168.77.241/24 --lan-b 192.168.77.242/24 --gateway "$pair_router" \
        --cluster-interface enp0s17 --serial /dev/ttyS1 --ping "$pair_router" || return 1
    for node in a b; do
        [ "$(image_accelerator)" = kvm ] || sed --in-place \
            -e 's/^keepalive = .*/keepalive = "1s"\nwarntime = "10s"/' -e 's/^deadtime = .*/deadtime = "30s"\ninitdead = "90s"/' \
            -e 's/^  type = .*/&\n  start-timeout = "300s"\n  stop-timeout = "180s"\n  monitor-timeout = "60s"\n  monitor-interval = "60s"/' \
            -e 's/{ type = "mysql" }/{ type = "mysql", interval = "10s", timeout = "10s" }/' \
            -e 's/{ type = "asterisk", interval = "1s", /{ type = "asterisk", interval = "10s", timeout = "10s", /' \
            -e 's/^address = "192.168.77.1"$/&\ninterval = "1s"\ntimeout = "1s"/' "$folder/sticks/pbx-$node/appliance.toml"
        "$place/appliance" stick sign "$folder/sticks/pbx-$node" && "$place/appliance" stick check "$folder/sticks/pbx-$node" || return 1
        image_stick "$folder/stick-$node" "$folder/sticks/pbx-$node" APPLIANCE
    done
}

pair_lan() {
    python3 "$here/lan.py" "$1" "$pair_router" "$pair_vip" >"$1/lan.log" 2>"$1/lan.err" &
    pair_lan_pid=$!
    image_machines+=("$pair_lan_pid")
}

# pair_start FOLDER a|b [qemu arguments]: switches a machine on. Its serial cable's socket is made by a.
pair_start() {
    local folder="$1" node="$2" machine="$1/$2" serial="path=$1/serial,server=on,wait=off" peer
    peer="remote.type=unix,remote.path=$1/cluster-$(other "$2")"
    shift 2
    [ "$node" = a ] || serial="path=$folder/serial,server=off,reconnect=1"
    mkdir --parents "$machine"
    image_shell "$machine"
    VM_CPUS=1 VM_MEMORY="${PAIR_MEMORY:-896}" image_start "$machine" bios \
        -chardev "socket,id=cable,$serial" -serial chardev:cable \
        -netdev "dgram,id=lan,local.type=unix,local.path=$folder/lan-$node.qemu,remote.type=unix,remote.path=$folder/lan-$node" \
        -device "virtio-net-pci,netdev=lan,addr=0x10,mac=${pair_mac[$node]}" \
        -netdev "dgram,id=cluster,local.type=unix,local.path=$folder/cluster-$node,$peer" \
        -device "virtio-net-pci,netdev=cluster,addr=0x11,mac=52:54:00:00:01:0$node" "${pair_extra[@]}" "$@"
    pair_pid[$node]=$image_pid
}

other() { [ "$1" = a ] && echo b || echo a; }

# pair_wait FOLDER a|b SECONDS PATTERN: until its console shows it.
pair_wait() {
    image_pid="${pair_pid[$2]}"
    image_wait "$1/$2" "$3" "$4"
}

# pair_ask FOLDER a|b COMMAND…: carried out there as root.
pair_ask() {
    local folder="$1" node="$2"
    shift 2
    image_patience=$((30 * $(image_slower))) image_run "$folder/$node" "$@"
}

# pair_until FOLDER a|b SECONDS COMMAND: asks until the command succeeds there.
pair_until() {
    local folder="$1" node="$2" end=$((SECONDS + $3 * $(image_slower)))
    shift 3
    until pair_ask "$folder" "$node" "$*" >"$folder/until" 2>&1; do
        kill -0 "${pair_pid[$node]}" 2>/dev/null || { echo "machine $node ended before: $*"; return 1; }
        [ "$SECONDS" -lt "$end" ] || { echo "not within time on $node: $*"; tail --lines=30 "$folder/until"; pair_look "$folder"; return 1; }
        sleep 1
    done
}

# What both say, for a test that failed.
pair_look() {
    local node
    for node in a b; do
        echo "--- $node"
        image_patience=60 image_run "$1/$node" 'appliance status; appliance replica status; systemctl --failed --no-legend
            journalctl -b -u "appliance-*" --no-pager -o cat | tail -n 25' 2>&1 | head -n 70
    done
}

# pair_quit FOLDER a|b: the power cut.
pair_quit() {
    touch "$1/$2/off"
    echo quit | socat - "UNIX-CONNECT:$1/$2/monitor" >/dev/null 2>&1 || true
    wait "${pair_pid[$2]}" 2>/dev/null || true
}

# pair_end FOLDER: all of it ends.
pair_end() {
    local node
    for node in a b; do [ -z "${pair_pid[$node]:-}" ] || pair_quit "$1" "$node"; done
    kill "$pair_lan_pid" 2>/dev/null || true
    wait "$pair_lan_pid" 2>/dev/null || true
}
