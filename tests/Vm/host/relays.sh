# The job "relays": a machine with a USB serial adapter, behind which a twin is a relay board. Sourced by run.sh.

# The paths under test as native code, and the twin as a program of this host.
build_relay_paths() {
    [ -z "${NO_BUILD:-}" ] || [ ! -x out/vm-relay/relay-paths ] || return 0
    { dotnet publish tests/Vm/Relay --configuration Release --output out/vm-relay --nologo --verbosity quiet \
        && dotnet build tests/Twins --configuration Release --output out/twins --nologo --verbosity quiet; } >"$place/publish.log" 2>&1 \
        || { tail --lines=20 "$place/publish.log"; return 1; }
}

# Does in QEMU's monitor what a hand does at a socket.
hand() { python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall((sys.argv[2] + "\n").encode()); time.sleep(0.5)' "$1" "$2"; }

# Waits for the guest's wishes, pulls and plugs.
watch_plug() {
    local place="$1"
    until [ -e "$place/rig/out/pull" ]; do sleep 0.2; done
    hand "$place/monitor" "device_del adapter"
    until [ -e "$place/rig/out/plug" ]; do sleep 0.2; done
    hand "$place/monitor" "device_add usb-serial,chardev=board,id=adapter,serial=RELAY1"
}

job_relays() {
    build_relay_paths || return 1
    local home="$place/relays" twin hand_at status=0
    mkdir --parents "$home/rig/job" "$home/rig/out"
    cp out/vm-relay/relay-paths "$home/rig/job/"
    out/twins/appliance-twins relay tosr --pty "$home/board" --line 1,2 --position "$home/rig/out/position" --quiet \
        </dev/null >"$home/twin.log" 2>&1 &
    twin=$!
    machines+=("$twin")
    for _ in $(seq 100); do [ ! -e "$home/board" ] || break; sleep 0.1; done
    watch_plug "$home" &
    hand_at=$!
    run_single relays 90 -device qemu-xhci -chardev "serial,id=board,path=$home/board" -device usb-serial,chardev=board,id=adapter,serial=RELAY1 \
        || status=1
    kill "$twin" "$hand_at" 2>/dev/null || true
    return "$status"
}
