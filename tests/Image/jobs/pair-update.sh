# A rolling update of a pair: one that breaks off because the new version never comes up, then one that works. Sourced by run.sh.

# pair_update_begin FOLDER a|b NAME: the order, in one command, on that machine.
pair_update_begin() {
    check "$3 update: the order is taken" pair_ask "$1" "$2" \
        "mkdir -p /run/updates && mount -o ro /dev/disk/by-id/virtio-updates /run/updates && appliance update /run/updates/$3.update --pair \
            && umount /run/updates"
}

# pair_update_end FOLDER a|b SECONDS WORDS: until the plan on that machine says so; it may start again meanwhile.
pair_update_end() {
    local end=$((SECONDS + $3 * $(image_slower))) said="" now
    until [[ $said =~ $4 ]]; do
        now="$(image_patience=20 image_run "$1/$2" 'appliance update status | grep ^pair' 2>/dev/null)" || now=""
        [ -z "$now" ] || [ "$now" = "$said" ] || { echo "    $(date +%T) $now"; said="$now"; }
        [ "$SECONDS" -lt "$end" ] || { pair_look "$1"; return 1; }
        sleep 2
    done
}

# pair_interruptions FOLDER SINCE: how often the service address has moved, and the longest silence of telephony, as clients see both.
pair_interruptions() {
    awk -v since="$2" '$2 == "sip" && $1 > since {
            if (last && $3 != mac) moves++
            if (last && $1 - last > gap) gap = $1 - last
            last = $1; mac = $3
        }
        END { printf "%d %.1f\n", moves, gap }' "$1/lan.log"
}

pair_version() { pair_ask "$1" "$2" "grep --quiet --line-regexp version=$3 /usr/lib/appliance/release"; }

pair_update_breaks() {
    local folder="$1" server began moves node
    server="$(pair_server "$folder")" || { fail "broken update: telephony answers before it"; pair_look "$folder"; return 1; }
    began=$EPOCHREALTIME
    pair_update_begin "$folder" "$server" broken || return 1
    check "broken update: stops and says so" pair_update_end "$folder" "$server" 90 'stopped.*fell back' || return 1
    read -r moves _ < <(pair_interruptions "$folder" "$began")
    check "broken update: telephony never moved" test "$moves" = 0
    for node in a b; do check "broken update: $node runs what it ran" pair_version "$folder" "$node" 0.1.0; done
    check "broken update: redundancy is complete again" pair_whole "$folder" 60
}

pair_update_works() {
    local folder="$1" server began moves gap told node
    server="$(pair_server "$folder")" || { fail "good update: telephony answers before it"; pair_look "$folder"; return 1; }
    pair_write_rows "$folder" "$server" >/dev/null
    began=$EPOCHREALTIME
    pair_update_begin "$folder" "$server" good || return 1
    check "good update: ends" pair_update_end "$folder" "$server" 200 'done' || return 1
    figure "good update: a pair, from the order to its end $(seconds_between "$began" "$EPOCHREALTIME") s ($(image_accelerator))"
    for node in a b; do check "good update: $node runs the new version" pair_version "$folder" "$node" 0.3.0; done
    check "good update: redundancy is complete" pair_whole "$folder" 60
    read -r moves gap < <(pair_interruptions "$folder" "$began")
    check "good update: telephony moved once" test "$moves" = 1
    figure "good update: longest silence of telephony $gap s ($(image_accelerator))"
    told="$(last_row "$folder" "$server")"
    check "good update: every row that was acknowledged is there, $told of them" pair_rows "$folder" "$(pair_server "$folder")" "$told"
    check "good update: no two machines ever answered for the service address" sh -c '! grep " double " "$1"' sh "$folder/lan.log"
}

job_pair-update() {
    local folder="$place/pair-update" node
    pair_needs pair-update && update_root || return 0
    update_of good 0.3.0 amd64 "$place/parts/root" && head --bytes=1M /dev/urandom >"$place/parts/broken" \
        && update_of broken 0.2.0 amd64 "$place/parts/broken" || { fail "pair-update: later versions are made"; return 0; }
    updates_disk "$folder"
    pair_extra=("${updates_drive[@]}")
    local -x VM_RESTARTS=yes
    if pair_form "$folder" 0; then
        for node in a b; do
            pair_ask "$folder" "$node" "mkdir -p /etc/appliance/update-keys; echo '$(cat "$place/maker.pub")' >/etc/appliance/update-keys/maker.pub"
        done
        pair_update_breaks "$folder" && pair_update_works "$folder" || true
    fi
    pair_extra=()
    pair_end "$folder"
}
