# For jobs inside a virtual machine: every check prints "PASS name", or "FAIL name" and why. Sourced, not run.

# check NAME COMMAND...: passes when the command does; otherwise its output is shown.
check() {
    local name="$1"
    shift
    if "$@" >/tmp/check.out 2>&1; then
        echo "PASS $name"
    else
        echo "FAIL $name (status $?)"
        sed 's/^/    /' /tmp/check.out | tail --lines=20
    fi
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end
    end=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || { echo "waited in vain for: $*"; return 1; }
        sleep 0.05
    done
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

skip() { echo "SKIP $1: $2"; }

# figure NAME VALUE UNIT: a measured number, collected on the host.
exec 3>&1
figure() { echo "FIGURE $1 = $2 $3" >&3; }
