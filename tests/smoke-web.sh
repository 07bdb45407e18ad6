#!/usr/bin/env bash
# smoke-web.sh EXECUTABLE: the published status page beside a real agent, in a network of its own, while strangers do to it what they can:
# the heartbeat must not notice, the memory must stay small, and whoever is right must still be heard. Run by smoke.sh with "unshare --net".
set -Eeuo pipefail
appliance=$(realpath "$1")
place=$(mktemp --directory)
passed=0 failed=0 agent='' web=''
trap '[ -z "$web" ] || kill "$web" 2>/dev/null; [ -z "$agent" ] || kill "$agent" 2>/dev/null; wait; rm --recursive --force "$place"' EXIT

# check NAME COMMAND…
check() {
    local name=$1
    shift
    if "$@" >"$place/said" 2>&1; then passed=$((passed + 1)); echo "PASS $name"
    else failed=$((failed + 1)); echo "FAIL $name: $(tail -n 3 "$place/said")"; fi
}

page=http://127.0.0.1:18088
get() { curl --silent --fail --max-time 5 --interface 127.0.0.1 "$page$1"; }
until_true() { for _ in $(seq 150); do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.2; done; return 1; }
kib() { awk -v what="$2" '$1 == what ":" { print $2 }' "/proc/$1/status"; }
status() { "$appliance" --socket "$place/agent.sock" status --json | jq "$1"; }

write_files() {
    umask 077
    echo "1 hmac-sha256 $(openssl rand -hex 32)" >"$place/key"
    openssl rand -hex 16 >"$place/token"
    cat >"$place/appliance.toml" <<TOML
node = [ { name = "one" }, { name = "two" } ]

[cluster]
name = "smoke"
key-file = "$place/key"

[heartbeat]
link = [ { type = "udp", name = "cable", interface = "lo", address = { one = "127.0.0.1", two = "127.0.0.2" } } ]

[[group]]
name = "pbx"
[[group.resource]]
name = "work"
type = "exec"
start = ["/bin/true"]
stop = ["/bin/true"]

[web]
listen = "127.0.0.1:18088"
token-file = "$place/token"
TOML
}

# order [NUMBER]: stands by, with a new number or the same one again.
order() {
    local body='{"command":"standby"}' number=${1:-$(get /nonce)} proof
    proof=$(printf '%s\n%s' "$number" "$body" | openssl dgst -sha256 -hmac "$(cat "$place/token")" -hex | sed 's/.* //')
    curl --silent --fail --header "X-Appliance-Proof: $number $proof" --data "$body" "$page/order"
}

# storm SECONDS: headers that never end, wrong proofs, streams that nobody reads, nonsense, bodies without end; from 40 addresses.
storm() {
    python3 - "$1" <<'PY'
import os, socket, sys, time
end, held, turn = time.monotonic() + float(sys.argv[1]), [], 0
proof = b"X-Appliance-Proof: " + b"0" * 64 + b" " + b"0" * 64
said = [
    b"GET / HTTP/1.1\r\nHost: h\r\nX-A: " + b"x" * 12000,
    b"POST /order HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n" + proof + b"\r\n\r\n" + b"{" * 20,
    b"GET /live HTTP/1.1\r\nHost: h\r\n\r\n",
    os.urandom(3000),
    b"POST /order HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" + b"y" * 60000,
    b"GET /../../etc/shadow HTTP/1.1\r\nHost: h\r\n\r\n",
]
while time.monotonic() < end:
    turn += 1
    client = socket.socket()
    client.setblocking(False)
    client.bind((f"127.0.0.{2 + turn % 40}", 0))
    try: client.connect(("127.0.0.1", 18088))
    except BlockingIOError: pass
    time.sleep(0.002)
    try: client.send(said[turn % 6])
    except OSError: pass
    held.append(client)
    if len(held) > 500: held.pop(0).close()
print(turn, "connections, 500 at once")
PY
}

ip link set lo up
write_files
"$appliance" agent --node one --config "$place/appliance.toml" --state-dir "$place/state" --socket "$place/agent.sock" 2>"$place/agent.log" &
agent=$!
"$appliance" --socket "$place/agent.sock" web --config "$place/appliance.toml" 2>"$place/web.log" &
web=$!
check "web: the page shows a real agent" until_true get /status.json
sent=$(status '.links[0].sent')
storm 20
check "web: after the storm it has $(kib "$web" RssAnon) KiB of its own, at most 32768" test "$(kib "$web" RssAnon)" -le 32768
late=$(status .heartbeat.lateness_max_us)
check "web: no heartbeat was later than $late us, less than keepalive" test "$late" -lt 100000
check "web: heartbeats went on: $(($(status '.links[0].sent') - sent)) in 20 s" test "$(($(status '.links[0].sent') - sent))" -ge 190
check "web: the page is served again" until_true get /
check "web: metrics are" sh -c "curl --silent --fail $page/metrics | grep --quiet '^appliance_up 1$'"
number=$(get /nonce)
check "web: an order with the token is taken, by the recipe of docs/WEB.md" order "$number"
if order "$number" >/dev/null; then check "web: what was overheard is refused" false; else check "web: what was overheard is refused" true; fi
check "web: the events say who ordered it" sh -c "'$appliance' --socket '$place/agent.sock' events | grep --quiet '(status page) ordered standby'"
kill -9 "$web"; wait "$web" 2>/dev/null || true; web=''
check "web: the agent does not notice that the page is gone" status .node.standby
echo "$passed passed, $failed failed"
((failed == 0))
