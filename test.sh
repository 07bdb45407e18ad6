#!/usr/bin/env bash
# Runs the tests and ends with the plain line "N passed, N failed, N skipped".
#
#   ./test.sh          everything: units, namespaces, the published executable, simulation, real nodes, virtual machines, the image (root; 30 minutes)
#   ./test.sh --fast   the inner loop: no root, no network, under 3 minutes
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fast=no
case "${1:-}" in
    "") ;;
    --fast) fast=yes ;;
    *) echo "usage: ./test.sh [--fast]" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0 began=0
logs=$(mktemp --directory)
trap 'rm --recursive --force "$logs"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '\n== %s\n' "$*"; }

# Adds "N passed, N failed, N skipped" as found in a log; a run that closed without its line has failed.
count() {
    local name=$1 log=$2 status=$3 line
    line=$(grep --extended-regexp --only-matching '[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?' "$log" | tail --lines=1 || true)
    if [[ -z $line ]]; then
        line=$(sed --quiet --regexp-extended 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\2 passed, \1 failed, \3 skipped/p' "$log" | tail --lines=1)
    fi
    if [[ -z $line ]]; then
        echo "$name: ended with status $status and without a summary; its last lines:"
        tail --lines=30 "$log" | tee --append "$logs/failures"
        failed=$((failed + 1))
        return
    fi
    read -r p f s < <(sed --regexp-extended 's/([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?/\1 \2 \4/' <<<"$line")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
    if ((f == 0 && status != 0)); then
        echo "$name: reports no failure but ended with status $status; its last lines:"
        tail --lines=30 "$log"
        failed=$((failed + 1))
    fi
    echo "$name: $line ($((SECONDS - began)) s)"
}

run() {
    local name=$1 log status=0
    shift
    log="$logs/${name//[^a-zA-Z0-9]/-}.log"
    began=$SECONDS
    say "$name"
    "$@" >"$log" 2>&1 || status=$?
    grep --extended-regexp '^\s+(Failed|Skipped) |\[(FAIL|SKIP)\]|Error Message|^(FAIL|SKIP|AGAIN) ' "$log" | head --lines=60 || true
    # Once more at the end, with what was said of each: the end is what a person reads first.
    grep --after-context=12 --extended-regexp '^\s+Failed |^FAIL ' "$log" | head --lines=60 | sed "s|^|$name: |" >>"$logs/failures" || true
    if ((status != 0)); then grep --after-context=12 --extended-regexp 'Error Message|error CS|error NU|error IL' "$log" | head --lines=80 || true; fi
    count "$name" "$log" "$status"
}

# One check that is a command: passed or failed by its exit code.
check() {
    local name=$1 status=0
    shift
    began=$SECONDS
    say "$name"
    "$@" >"$logs/check.log" 2>&1 || status=$?
    if ((status == 0)); then
        passed=$((passed + 1))
        echo "$name: passed ($((SECONDS - began)) s)"
    else
        failed=$((failed + 1))
        tail --lines=40 "$logs/check.log" | tee --append "$logs/failures"
        echo "$name: FAILED with status $status"
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "$1: skipped: $2"
}

install_needs() {
    say "what the tests need"
    bash tests/install-needs.sh
}

publish() { bash tests/publish.sh; }

finish() {
    if [[ -s $logs/failures ]]; then
        say "what failed"
        cat "$logs/failures"
    fi
    echo
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}

filter=()
[[ $fast == yes ]] && filter=(--filter "Needs!=root")
[[ $fast == no ]] && { if ((EUID == 0)); then install_needs; else skip "namespaces and real nodes" "not root"; filter=(--filter "Needs!=root"); fi; }

check "build without warnings" dotnet build Appliance.sln
for project in Core.Tests Drivers.Tests Agent.Tests; do
    run "$project" dotnet test "tests/$project" --no-build "${filter[@]}"
done
if [[ $fast == yes ]]; then
    run "simulation, 100 seeds" dotnet run --no-build --project tests/Simulation -- --seeds 100
    run "simulation of the replicator, 100 seeds" dotnet run --no-build --project tests/Simulation -- --replica --seeds 100
    finish
    exit
fi

check "native executable without trim or AOT warnings" publish
run "published executable" bash tests/smoke.sh out/agent/appliance
if ((EUID == 0)); then run "NBD server beside nbdkit, libnbd, qemu and fio" bash tests/Nbd/run.sh; else skip "NBD server beside others" "not root"; fi
run "simulation, 3000 seeds" dotnet run --project tests/Simulation --configuration Release -- --seeds 3000
run "simulation with fence devices, 1000 seeds" dotnet run --project tests/Simulation --configuration Release -- --seeds 1000 --fences
run "simulation of the replicator, 2000 seeds" dotnet run --project tests/Simulation --configuration Release -- --replica --seeds 2000
if ((EUID == 0)); then
    run "systemd in a machine of its own" env NO_BUILD=1 bash tests/Drivers.Tests/systemd-in-nspawn.sh
    run "virtual machines with Debian's kernel" bash tests/Vm/run.sh
    run "node image" bash tests/Image/run.sh
    run "beside a real Heartbeat" bash tests/Lab/linux-ha-tests.sh
    run "real nodes" bash tests/Lab/system-tests.sh
else
    skip "real nodes" "needs root for containers and network namespaces"
fi
finish
