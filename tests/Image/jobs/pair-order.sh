# A pair under orders: switchover, reboot, poweroff. Sourced by run.sh.

# What must not be on a console of a machine that goes down or comes up in order.
pair_bad_words='I/O error|EXT4-fs error|EXT4-fs warning|blocked for more than|timed out|Failed unmounting|A stop job is running|Watchdog|Kernel panic'

# pair_quiet FOLDER a|b NAME: nothing of that on its console since the last call.
pair_quiet() {
    local said="$1/$2/bad"
    tr --delete '\r' <"$1/$2/console" | tail --lines="+$((${pair_read[$2]:-0} + 1))" | grep --text --extended-regexp "$pair_bad_words" >"$said" || true
    pair_read[$2]=$(wc --lines <"$1/$2/console")
    check "$3: nothing hung or was torn away on $2's console" sh -c 'cat "$1"; ! test -s "$1"' sh "$said"
}

# pair_moved FOLDER FROM NAME SINCE: the other one serves, and had no journal of a file system to replay.
pair_moved() {
    local to served
    to="$(other "$2")"
    served="$(first_sip "$1" "$to" "$4")" || { fail "$3: the other one serves"; pair_look "$1"; return 1; }
    pass "$3: the other one serves"
    figure "$3: from the order to telephony on the other machine $(seconds_between "$4" "$served") s ($(image_accelerator))"
    check "$3: the file system was put away in order" pair_ask "$1" "$to" '! journalctl -k -b --no-pager | grep "recovery complete"'
}

pair_switchover() {
    local folder="$1" server began node
    server="$(pair_server "$folder")" || { fail "switchover: telephony answers before it"; pair_look "$folder"; return 1; }
    began=$EPOCHREALTIME
    check "switchover: the order is taken" pair_ask "$folder" "$server" 'appliance switchover pbx'
    pair_moved "$folder" "$server" switchover "$began" || return 1
    check "switchover: redundancy is complete" pair_whole "$folder" 30
    for node in a b; do pair_quiet "$folder" "$node" switchover; done
}

pair_reboot() {
    local folder="$1" server began boot
    server="$(pair_server "$folder")" || { fail "reboot: telephony answers before it"; pair_look "$folder"; return 1; }
    boot="$(pair_ask "$folder" "$server" cat /proc/sys/kernel/random/boot_id)"
    began=$EPOCHREALTIME
    pair_ask "$folder" "$server" 'systemd-run --quiet --on-active=1 systemctl reboot'
    pair_moved "$folder" "$server" reboot "$began" || return 1
    image_pid="${pair_pid[$server]}"
    image_up "$folder/$server" 60 "$boot" || { fail "reboot: the machine is back"; return 1; }
    pass "reboot: the machine is back"
    check "reboot: redundancy is complete" pair_whole "$folder" 60
    check "reboot: it is the standby" pair_json "$folder" "$server" 'g["role"] == "Passive" and g["peer_role"] == "Active"'
    figure "reboot: from the order to complete redundancy $(seconds_between "$began" "$EPOCHREALTIME") s ($(image_accelerator))"
    pair_quiet "$folder" "$server" reboot
}

# pair_poweroff FOLDER a|b NAME: it goes down in order, and QEMU ends.
pair_poweroff() {
    local began=$EPOCHREALTIME end=$((SECONDS + 20 * $(image_slower)))
    pair_ask "$1" "$2" 'systemd-run --quiet --on-active=1 systemctl poweroff'
    while kill -0 "${pair_pid[$2]}" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || { fail "$3: $2 is off"; tail --lines=30 "$1/$2/console" | sed 's/^/    /'; return 1; }
        sleep 0.5
    done
    pass "$3: $2 is off"
    figure "$3: from the order until $2 is off $(seconds_between "$began" "$EPOCHREALTIME") s ($(image_accelerator))"
    pair_quiet "$1" "$2" "$3"
}

pair_orders() {
    local folder="$1" server began node
    declare -gA pair_read=([a]=0 [b]=0)
    for node in a b; do pair_read[$node]=$(wc --lines <"$folder/$node/console"); done
    pair_switchover "$folder" || return 0
    pair_reboot "$folder" || return 0
    server="$(pair_server "$folder")" || { fail "poweroff: telephony answers before it"; pair_look "$folder"; return 1; }
    began=$EPOCHREALTIME
    pair_poweroff "$folder" "$server" "poweroff of the serving one" || return 0
    pair_moved "$folder" "$server" "poweroff of the serving one" "$began" || return 0
    pair_poweroff "$folder" "$(other "$server")" "poweroff of the last one"
    check "orders: no two machines ever answered for the service address" sh -c '! grep " double " "$1"' sh "$folder/lan.log"
}

job_pair-order() {
    local folder="$place/pair-order"
    pair_needs pair-order || return 0
    if pair_form "$folder" "${PAIR_LATER:-60}"; then pair_orders "$folder"; fi
    pair_end "$folder"
}
