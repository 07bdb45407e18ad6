#!/usr/bin/env bash
# The published executable, run as it is: tests run on the JIT, the product does not.
set -Eeuo pipefail
appliance=$(realpath "${1:?usage: smoke.sh EXECUTABLE}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp --directory)
trap 'end_replicas; rm --recursive --force "$scratch"' EXIT
end_replicas() { :; }
passed=0 failed=0 skipped=0

# expect NAME STATUS PATTERN COMMAND…
expect() {
    local name=$1 want=$2 pattern=$3 status=0 output
    shift 3
    output=$("$@" 2>&1) || status=$?
    if ((status == want)) && grep --quiet --extended-regexp --regexp="$pattern" <<<"$output"; then
        passed=$((passed + 1))
        echo "PASS $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name: status $status (expected $want), output: ${output:0:400}"
        # A script that checks many things begins with what went well.
        grep --max-count=5 '^FAIL ' <<<"$output" | sed 's/^/    /' || true
    fi
}

printf 'nonsense = \n' >"$scratch/bad.toml"
expect "says its version" 0 '^appliance [0-9]+\.[0-9]+' "$appliance" version
expect "lists its commands" 0 'switchover' "$appliance" --help
expect "accepts the minimal configuration" 0 '' "$appliance" config check docs/appliance.minimal.toml
expect "names line and column of bad TOML" 2 'bad\.toml:1:' "$appliance" config check "$scratch/bad.toml"
{ cat docs/appliance.minimal.toml; printf '\n[[group.resource]]\nname = "light"\ntype = "led"\n'; } >"$scratch/later.toml"
expect "refuses what has no effect yet, by name" 2 'light' "$appliance" config check "$scratch/later.toml"
expect "accepts the example" 0 '' "$appliance" config check docs/appliance.example.toml
expect "prints a configuration without writing it" 0 '^\[\[group\]\]' "$appliance" init --print --cluster t --node-a a --node-b b \
    --service-address 192.0.2.5/24 --lan-interface eth0 --cluster-interface eth1 --cable-a 10.1.1.1 --cable-b 10.1.1.2 --yes
expect "says that no agent answers" 2 'agent' "$appliance" --socket "$scratch/none.sock" status
expect "does not start with bad TOML" 3 'bad\.toml:1:' "$appliance" agent --config "$scratch/bad.toml" --state-dir "$scratch/state" --socket "$scratch/a.sock"
expect "plays its story" 0 'Active' "$appliance" simulate
source tests/smoke-update.sh
source tests/smoke-replica.sh
if ((EUID == 0)); then
    source tests/smoke-create.sh
    expect "serves its page in a storm, and no heartbeat is late" 0 ' passed, 0 failed' unshare --net bash tests/smoke-web.sh "$appliance"
    expect "adopts real directories on a real ext4" 0 ' passed, 0 failed' unshare --mount --propagation private bash tests/smoke-adopt.sh "$appliance"
else
    skipped=$((skipped + 1))
    echo "SKIP real loop devices, and directories adopted on a real ext4: needs root"
fi
size=$(stat --format=%s "$appliance")
if ((size <= 12 * 1024 * 1024)); then passed=$((passed + 1)); echo "PASS is $size bytes"; else failed=$((failed + 1)); echo "FAIL is $size bytes, more than 12 MB"; fi
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
