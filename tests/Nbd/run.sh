#!/bin/bash
# Our NBD server against clients and a reference that others wrote. Ends with "N passed, N failed, N skipped".
#
#   tests/Nbd/run.sh [EXECUTABLE]    "EXECUTABLE replica serve --disk FILE --nbd SOCKET"; without one the host program beside this script
set -Eeuo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bash "$root/tests/install-needs.sh"

work=$(mktemp --directory --tmpdir nbd-run.XXXXXX)
size=$((256 << 20))
ours="$work/ours.sock" reference="$work/reference.sock"
uri="nbd+unix:///?socket=$ours" reference_uri="nbd+unix:///?socket=$reference"
pids=()
passed=0 failed=0 skipped=0

finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm --recursive --force "$work"
}
trap finish EXIT

# Passed or failed by the exit code of a command.
check() {
    local name=$1
    shift
    local bound=(timeout 120)
    if [ "$(type -t "$1")" = function ]; then bound=(); fi
    if "${bound[@]}" "$@" >"$work/check.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok   $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail --lines=15 "$work/check.log" | cut --characters=1-300
    fi
}

wait_for() {
    for _ in $(seq 100); do
        grep --quiet " $1\$" /proc/net/unix && return 0
        sleep 0.1
    done
    echo "FAIL $1 does not appear"
    return 1
}

serve() {
    if [ -n "${1:-}" ]; then
        "$1" replica serve --disk "$work/ours.disk" --nbd "$ours" >"$work/serve.log" 2>&1 &
    else
        local host="$here/Host/bin/Release/net10.0/Appliance.Nbd.Host.dll"
        [ -f "$host" ] || dotnet build "$here/Host" --configuration Release --verbosity quiet >"$work/build.log" 2>&1
        dotnet "$host" --disk "$work/ours.disk" --nbd "$ours" >"$work/serve.log" 2>&1 &
    fi
    served=$!
    pids+=("$served")
    wait_for "$ours" || { cat "$work/serve.log"; exit 1; }
}

# nbdkit, started again whenever one of its assertions has ended it.
serve_reference() {
    (
        trap 'kill "$child" 2>/dev/null; exit 0' TERM
        while :; do
            rm --force "$reference"
            nbdkit --foreground --unix "$reference" "$@" 2>>"$work/reference.log" &
            child=$!
            wait "$child" || true
        done
    ) 2>/dev/null &
    reference_pid=$!
    pids+=("$reference_pid")
    wait_for "$reference"
}

end_reference() {
    kill "$reference_pid"
    wait "$reference_pid" 2>/dev/null || true
    rm --force "$reference"
}

same() { cmp "$1" "$2"; }
can() { nbdinfo --can "$1" "$uri"; }
cannot_tls() { ! nbdinfo --is tls "$uri"; }
lists() { nbdinfo --list "$uri" | grep "export-size: $size"; }
maps_whole() { [ "$(nbdinfo --map "$uri" | awk '{ sum += $2 } END { print sum }')" = "$size" ]; }
io() { timeout 60 qemu-io --format raw "${@/#/-c}" "$uri" >"$work/io.log" 2>&1 && ! grep --ignore-case --extended-regexp 'fail|error' "$work/io.log"; }
hostile() {
    local log="$work/hostile-$1.log" line
    /usr/bin/python3 "$here/hostile.py" run "$reference" "$size" >"$work/reference-$1.txt"
    /usr/bin/python3 "$here/hostile.py" check "$work/ours.txt" "$work/reference-$1.txt" >"$log" || true
    sed "s/^FAIL /FAIL beside nbdkit $1: /;\$d" "$log"
    line=$(tail --lines=1 "$log")
    echo "hostile requests beside nbdkit $1: $line"
    read -r p f < <(sed --regexp-extended 's/([0-9]+) passed, ([0-9]+) failed.*/\1 \2/' <<<"$line")
    passed=$((passed + p)) failed=$((failed + f))
}

truncate --size="$size" "$work/ours.disk" "$work/reference.disk"
serve "${1:-}"

/usr/bin/python3 "$here/hostile.py" run "$ours" "$size" >"$work/ours.txt"
serve_reference file "$work/reference.disk"
hostile file
end_reference
serve_reference memory "$size"
hostile memory
end_reference

check "socket is private" test "$(stat --format=%a "$ours")" = 600
for what in flush fua trim zero fast-zero multi-conn df cache write; do check "nbdinfo --can $what" can "$what"; done
check "no TLS" cannot_tls
check "nbdinfo --list" lists
check "nbdinfo --map covers everything" maps_whole

head --bytes="$size" /dev/urandom >"$work/source"
check "nbdcopy to us, 4 connections" nbdcopy --connections=4 --requests=64 --flush "$work/source" "$uri"
check "the file has it" same "$work/source" "$work/ours.disk"
check "nbdcopy from us" nbdcopy --connections=4 "$uri" "$work/copy"
check "the copy is the same" same "$work/source" "$work/copy"
check "nbdcopy with odd request sizes" nbdcopy --request-size=2097152 --connections=1 "$uri" "$work/copy2"
check "that copy is the same" same "$work/source" "$work/copy2"
serve_reference memory "$size"
check "nbdcopy from us to nbdkit" nbdcopy "$uri" "$reference_uri"
check "qemu-img compare with nbdkit" qemu-img compare -f raw -F raw "$uri" "$reference_uri"
check "nbdcopy from nbdkit to us" nbdcopy "$reference_uri" "$uri"
end_reference
check "the file still has it" same "$work/source" "$work/ours.disk"

check "qemu-io aligned" io "write -P 1 0 1M" "read -P 1 0 1M" "write -P 2 4k 4k" "read -P 2 4k 4k" "read -P 1 8k 100k"
check "qemu-io odd bytes" io "write -P 3 1001 77777" "read -P 3 1001 77777" "read -P 1 0 1001"
check "qemu-io zeroes" io "write -P 4 2M 1M" "write -z 2101001 99999" "read -P 0 2101001 99999" "read -P 4 2M 3849"
check "qemu-io zeroes with unmap" io "write -P 5 4M 1M" "write -z -u 4M 1M" "read -P 0 4M 1M"
check "qemu-io write through" io "write -f -P 6 8M 3M" "read -P 6 8M 3M" "write -z -f 8M 64k" "read -P 0 8M 64k"
check "qemu-io discard and flush" io "discard 16M 16M" "flush" "write -P 7 16M 512" "read -P 7 16M 512"
check "qemu-io at once" io "aio_write -P 8 32M 1M" "aio_write -P 9 33M 1M" "aio_write -P 10 34M 3" "aio_flush" "read -P 8 32M 1M" \
    "read -P 9 33M 1M" "read -P 10 34M 3"
check "qemu-img convert from us" qemu-img convert -f raw -O raw "$uri" "$work/converted"
check "qemu-img convert is right" qemu-img compare -f raw -F raw "$uri" "$work/converted"
check "qemu-img convert to us" qemu-img convert -n -f raw -O raw "$work/source" "$uri"
check "qemu-img compare with the source" qemu-img compare -f raw -F raw "$work/source" "$uri"
check "qemu-img bench" qemu-img bench -f raw -c 5000 -d 64 -s 4096 -w --flush-interval=100 "$uri"
check "fio verifies random writes" fio --name=verify --ioengine=nbd --uri="$uri" --rw=randwrite --bsrange=512-256k --iodepth=32 --size=64M \
    --verify=crc32c --verify_fatal=1 --randrepeat=0 --output="$work/fio.log"
check "fio verifies two writers" fio --name=verify --ioengine=nbd --uri="$uri" --rw=randrw --bs=4k --iodepth=32 --size=32M --numjobs=2 \
    --offset_increment=64M --verify=crc32c --verify_fatal=1 --output="$work/fio.log"

kill "$served"
gone() { for _ in $(seq 50); do kill -0 "$served" 2>/dev/null || return 0; sleep 0.1; done; return 1; }
check "it ends when it is told to" gone
check "its socket is gone" test ! -e "$ours"

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
