# A rolling update of a pair: one that breaks off, then one that works. Sourced by run.sh.
. "$here/version.sh"

# pair_update_begin FOLDER a|b FILE: the order, in one command, on that machine.
pair_update_begin() {
    check "update: the order is taken" pair_ask "$1" "$2" \
        "head -c $(stat --format=%s "$3") /dev/disk/by-id/virtio-update >/var/tmp/new.update && appliance update /var/tmp/new.update --pair; s=\$?; rm /var/tmp/new.update; exit \$s"
}

# pair_update_end FOLDER a|b SECONDS WORDS: until the plan on that machine says so; it may reboot meanwhile.
pair_update_end() {
    local end=$((SECONDS + $3 * $(image_slower))) said="" now
    until grep --quiet --extended-regexp "$4" "$1/plan" 2>/dev/null; do
        now="$(image_patience=20 image_run "$1/$2" 'appliance update status | grep ^pair' 2>/dev/null)" || true
        [ -z "$now" ] || [ "$now" = "$said" ] || { echo "    $(date +%T) $now"; said="$now"; }
        echo "$now" >"$1/plan"
        if [ "$SECONDS" -ge "$end" ]; then pair_look "$1"; return 1; fi
        sleep 2
    done
}

# How often the service address has moved since a moment, and the longest silence of telephony, as a client sees both.
pair_interruptions() {
    awk -v since="$2" '$2 == "sip" && $1 > since { if (last && $3 != mac) moves++; if (last && $1 - last > gap) gap = $1 - last; last = $1; mac = $3 }
        END { printf "%d %.1f\n", moves, gap }' "$1/lan.log"
}

pair_version() { pair_ask "$1" "$2" 'sed -n s/^version=//p /usr/lib/appliance/release'; }

pair_update_breaks() {
    local folder="$1" server began moves
    server="$(pair_server "$folder")" || { fail "telephony answers before it"; pair_look "$folder"; return 1; }
    began=$EPOCHREALTIME
    pair_update_begin "$folder" "$server" "$2" || return 1
    check "update that breaks off: stops and says so" pair_update_end "$folder" "$server" 90 'stopped: the other node fell back'
    read -r moves _ < <(pair_interruptions "$folder" "$began")
    check "update that breaks off: the service was never interrupted" test "$moves" = 0
    for node in a b; do check "update that breaks off: $node runs what it ran" is "$(pair_version "$folder" "$node")" "$pair_first_version"; done
    check "update that breaks off: redundancy is complete again" pair_whole "$folder" 60
}

is() { [ "$1" = "$2" ] || { echo "\"$1\" instead of \"$2\""; false; }; }

pair_update_works() {
    local folder="$1" server began moves gap told
    server="$(pair_server "$folder")" || { fail "telephony answers before it"; pair_look "$folder"; return 1; }
    pair_write_rows "$folder" "$server" >/dev/null
    began=$EPOCHREALTIME
    pair_update_begin "$folder" "$server" "$2" || return 1
    check "update: ends" pair_update_end "$folder" "$server" 200 'done'
    figure "update: a pair, from the order to its end $(seconds_between "$began" "$EPOCHREALTIME") s ($(image_accelerator))"
    for node in a b; do check "update: $node runs the new version" is "$(pair_version "$folder" "$node")" "$3"; done
    check "update: redundancy is complete" pair_whole "$folder" 60
    read -r moves gap < <(pair_interruptions "$folder" "$began")
    check "update: telephony moved once" test "$moves" = 1
    figure "update: longest silence of telephony $gap s ($(image_accelerator))"
    told="$(last_row "$folder" "$server")"
    check "update: every row that was acknowledged is there, $told of them" pair_rows "$folder" "$(pair_server "$folder")" "$told"
}

# pair_update JOB VERSION: the job of that name with a pair that has the update at hand, and the key that it is signed with.
pair_update() {
    local folder="$place/$1" versions="${PAIR_FORMED:-$place}/versions" node
    pair_needs "$1" || return 0
    "$3" "$versions" "$2" || { fail "$1: a later version is made"; return 0; }
    pair_extra=(-drive "file=$versions/$2.update,format=raw,if=none,id=update,readonly=on" -device virtio-blk-pci,drive=update,serial=update)
    if pair_form "$folder" 0; then
        pair_first_version="$(pair_version "$folder" a)"
        for node in a b; do
            pair_ask "$folder" "$node" "mkdir -p /etc/appliance/update-keys; echo '$(cat "$versions/test.pub")' >/etc/appliance/update-keys/test.pub"
        done
        "$4" "$folder" "$versions/$2.update" "$2" || true
    fi
    pair_extra=()
    pair_end "$folder"
}

job_pair-update() { pair_update pair-update 0.3.0 image_version pair_update_works; }
job_pair-update-breaks() { pair_update pair-update-breaks 0.2.0 image_broken_version pair_update_breaks; }
