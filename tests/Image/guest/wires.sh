# The far side of every wire, in a namespace: an address server, somebody who tries doors, and one who writes down who came in.
work=/run/network-test
mkdir -p $work
: >$work/came
: >$work/asked
card() { # MAC: name of the card, in this namespace
    local place
    for place in /sys/class/net/*; do
        if [ "$(cat "$place/address")" = "$1" ] && [ -e "$place/device" ]; then basename "$place"; return; fi
    done
    echo "no-card-$1"
}
# until_true SECONDS COMMAND…: a machine that is emulated beside other work takes long for everything.
until_true() {
    local left=$1; shift
    until "$@" >/dev/null 2>&1; do [ $((left -= 1)) -gt 0 ] || return 1; sleep 1; done
}
has_address() { ip -oneline address show dev "$1" scope global | grep -qF " $2 "; }
own_names() { is "$(card 52:54:00:4e:00:01) $(card 52:54:00:4e:00:03)" "lan0 office"; }
names=(none lan cable office stray)
ip netns add far
ip -n far link set lo up
for wire in 1 2 3 4; do
    ip link set "$(card 52:54:00:46:00:0$wire)" down netns far name "far-${names[wire]}"
    ip -n far link set "far-${names[wire]}" up
done
ip -n far address add 192.168.7.9/24 dev far-lan
ip -n far address add 192.168.7.1/24 dev far-lan
ip -n far address add fd07::9/64 dev far-lan nodad
ip -n far address add 10.1.1.2/30 dev far-cable
ip -n far address add 10.30.0.1/24 dev far-office
ip -n far address add 10.40.0.1/24 dev far-stray
# So that somebody on the LAN can pretend to be the cable.
ip -n far route add 10.1.1.0/30 dev far-lan metric 900
ip -n far link add link far-lan name far-voice type vlan id 20
ip -n far address add 10.20.0.9/16 dev far-voice
ip -n far link set far-voice up

# RFC 2131, as much as gives an address: who asked is written to the file.
cat >$work/dhcp.py <<'PYTHON'
import socket, sys, threading

def serve(device, server, given):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        door.bind(("", 67))
        while True:
            asked = door.recv(2048)
            options, at = {}, 240
            while at < len(asked) and asked[at] != 255:
                if asked[at] == 0:
                    at += 1
                    continue
                options[asked[at]] = asked[at + 2:at + 2 + asked[at + 1]]
                at += 2 + asked[at + 1]
            with open(sys.argv[1], "a") as book:
                book.write(f"{device} {options.get(53, b'?')[0]}\n")
            kind = {1: 2, 3: 5}.get(options.get(53, b"\0")[0])
            if kind is None:
                continue
            ip = socket.inet_aton
            answer = b"\2\1\6\0" + asked[4:8] + bytes(4) + bytes(4) + ip(given) + ip(server) + bytes(4) + asked[28:44] + bytes(192)
            answer += bytes([99, 130, 83, 99, 53, 1, kind, 54, 4]) + ip(server) + bytes([51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0])
            answer += bytes([3, 4]) + ip(server) + b"\xff"
            door.sendto(answer, ("255.255.255.255", 68))

for device, server, given in (("far-office", "10.30.0.1", "10.30.0.50"), ("far-stray", "10.40.0.1", "10.40.0.50")):
    threading.Thread(target=serve, args=(device, server, given)).start()
PYTHON
ip netns exec far python3 $work/dhcp.py $work/asked >$work/dhcp.log 2>&1 &

# Every port that is tried, on the node: whoever gets in leaves a name.
cat >$work/doors.py <<'PYTHON'
import socket, sys, threading

def note(words):
    with open(sys.argv[1], "a") as book:
        book.write(words.decode("ascii", "replace").strip() + "\n")

def udp(port):
    door = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    door.bind(("::", port))
    while True:
        note(door.recv(200))

def tcp(port):
    door = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        guest, _ = door.accept()
        guest.settimeout(20)
        try:
            note(guest.recv(200))
        except OSError:
            pass
        guest.close()

for port in 694, 5060, 16384, 4569, 5353, 9999:
    threading.Thread(target=udp, args=(port,)).start()
for port in 80, 443, 3306, 5060, 5061, 7788, 7794, 8443:
    threading.Thread(target=tcp, args=(port,)).start()
PYTHON
python3 $work/doors.py $work/came >$work/doors.log 2>&1 &

# Tries doors from the far side: lines "open|closed NAME udp|tcp ADDRESS PORT [DEVICE [FROM]]". Open ones are tried until they are; the closed
# ones three times, and all before the last open one has come through.
cat >$work/try.py <<'PYTHON'
import socket, sys, threading, time

def came(name):
    return name in open(sys.argv[1]).read().split()

def attempt(name, kind, address, port, device="", source=""):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as door:
        door.settimeout(3)
        try:
            if device: door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
            if source: door.bind((source, 0))
            door.connect((address, int(port)))
            if port == "22":
                if door.recv(4) == b"SSH-":
                    with open(sys.argv[1], "a") as book: book.write(name + "\n")
                return
            door.send((name + "\n").encode())
        except OSError:
            pass

def play(line):
    wanted, name, *where = line
    end = time.monotonic() + 90
    for round in range(3) if wanted == "closed" else iter(lambda: came(name) or time.monotonic() > end, True):
        attempt(name, *where)
        time.sleep(1)

lines = [line.split() for line in sys.stdin if line.strip()]
for wanted in "closed", "open":
    threads = [threading.Thread(target=play, args=(line,)) for line in lines if line[0] == wanted]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
for wanted, name, *where in lines:
    is_open = came(name)
    print("TRIED", "right" if is_open == (wanted == "open") else "WRONG", name, "open" if is_open else "closed", flush=True)
PYTHON
# doors NAME: tries what is on standard input.
doors() {
    local line said="$which: $1"
    ip netns exec far python3 $work/try.py $work/came >$work/tried 2>&1
    while read -r line; do
        case "$line" in
        "TRIED right"*) say PASS "$said: ${line#TRIED right }" ;;
        *) say FAIL "$said: ${line#TRIED WRONG } (expected the opposite)" ;;
        esac
    done <$work/tried
}
