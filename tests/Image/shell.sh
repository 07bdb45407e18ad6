# A shell in machines of machine.sh, driven from here over a virtio port: for tests in which host and machine take turns. Sourced, not run.

# image_shell PLACE: the machine started next from PLACE has one, at every boot, once it is up.
image_shell() { image_script "$1" <"$here/guest/shell.sh"; }

# image_run PLACE COMMAND…: in the machine, by bash as root; its output and exit code. 125 when no answer came within ten minutes.
image_run() {
    local place="$1"
    shift
    python3 "$here/ask.py" "$place/shell" "${image_patience:-600}" "$*"
}

# image_up PLACE SECONDS [BOOT-ID]: until the shell of a machine that starts answers; with the id of a boot: until a later one does.
# The boot's id is in image_boot.
image_up() {
    local end=$((SECONDS + $2 * $(image_slower)))
    image_boot=""
    until image_boot="$(image_patience=5 image_run "$1" cat /proc/sys/kernel/random/boot_id)" && [ "$image_boot" != "${3:-}" ]; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$image_pid" 2>/dev/null; then
            echo "    the machine does not answer:"; tail --lines=15 "$1/console" | sed 's/^/    /'; return 1
        fi
        sleep 1
    done
}

# image_until PLACE SECONDS COMMAND…: asks the machine until the command succeeds there; then what it said last.
image_until() {
    local place="$1" end=$((SECONDS + $2 * $(image_slower))) said
    shift 2
    until said="$(image_run "$place" "$@")"; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$image_pid" 2>/dev/null; then echo "    still not: $*: $said"; return 1; fi
        sleep 1
    done
    echo "$said"
}

# in_machine PLACE NAME COMMAND…: a check whose command runs in the machine.
in_machine() {
    local place="$1" name="$2"
    shift 2
    check "$name" image_run "$place" "$@"
}
