# Two machines of the image become a pair by their sticks alone, and live through what happens to pairs. Sourced by run.sh.
. "$here/pair.sh"

pair_needs() {
    local program
    for program in python3 socat mformat; do
        command -v "$program" >/dev/null || { skipped "$1: $program is not installed"; return 1; }
    done
    need_image
}

# pair_json FOLDER a|b EXPRESSION: of what status says there, as "s"; "g" is its group, "r" its replica as the agent sees it.
pair_json() {
    pair_ask "$1" "$2" 'appliance status --json' >"$1/status.json" || true
    python3 -c 'import json, sys
s = json.load(open(sys.argv[1])); g = s["groups"][0]; r = (g.get("replica") or {}).get("status") or {}
v = eval(sys.argv[2]); print(v); sys.exit(v is False)' "$1/status.json" "$3"
}

# Which machine serves: the one that answered the telephones last; 1 when none has in the last half minute.
pair_server() {
    awk -v now="$EPOCHREALTIME" -v a="${pair_mac[a]}" '$2 == "sip" && now - $1 < 30 { last = $3 }
        END { if (!last) exit 1; print last == a ? "a" : "b" }' "$1/lan.log"
}

# first_sip FOLDER a|b SINCE [SECONDS]: when its first answer came after that moment; waits for it.
first_sip() {
    local end=$((SECONDS + ${4:-600})) at
    until at="$(awk -v since="$3" -v mac="${pair_mac[$2]}" '$2 == "sip" && $3 == mac && $1 > since { print $1; exit }' "$1/lan.log")"
        [ -n "$at" ]
    do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.3
    done
    echo "$at"
}

seconds_between() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", to - from }'; }

# Redundancy is complete as both agents see it.
pair_whole() { pair_until "$1" a "$2" 'appliance status --oneline' && pair_until "$1" b "$2" 'appliance status --oneline'; }

# pair_form FOLDER SECONDS: both switched on with their sticks in, b so much later; ends when the pair is whole.
pair_form() {
    local folder="$1" began served whole node with
    mkdir --parents "$folder"
    if [ -n "${PAIR_FORMED:-}" ]; then pair_again "$folder"; return; fi
    for node in a b; do image_disk "$folder/$node" 4G; done
    pair_sticks "$folder" >"$folder/sticks.log" 2>&1 || { fail "pair: sticks are made"; cat "$folder/sticks.log"; return 1; }
    pair_lan "$folder"
    began=$EPOCHREALTIME
    mapfile -t with < <(image_with_stick "$folder/stick-a" left)
    pair_start "$folder" a "${with[@]}"
    sleep "$2"
    mapfile -t with < <(image_with_stick "$folder/stick-b" left)
    pair_start "$folder" b "${with[@]}"
    for node in a b; do
        pair_wait "$folder" "$node" 60 'SHELL ready' || { fail "pair: $node starts"; return 1; }
    done
    check "pair: both are whole, and nobody has logged in" pair_whole "$folder" 90 || return 1
    whole=$EPOCHREALTIME
    served="$(first_sip "$folder" "$(pair_server "$folder")" "$began")" \
        || { fail "pair: telephony answers on the service address"; return 1; }
    figure "pair: from power on to telephony $(seconds_between "$began" "$served") s, to complete redundancy" \
        "$(seconds_between "$began" "$whole") s (b $2 s later; $(image_accelerator), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg))"
}

# The disks of a pair that an earlier run has formed (PAIR_FORMED=FOLDER of KEEP=1), both switched on at once: while a test is written.
pair_again() {
    local node
    for node in a b; do
        mkdir --parents "$1/$node"
        qemu-img create -q -f qcow2 -F qcow2 -b "$PAIR_FORMED/$node/disk" "$1/$node/disk"
    done
    pair_lan "$1"
    for node in a b; do pair_start "$1" "$node"; done
    for node in a b; do pair_wait "$1" "$node" 60 'SHELL ready' || { fail "pair: $node starts"; return 1; }; done
    check "pair: both are whole after a power cut of both" pair_whole "$1" 90
    first_sip "$1" a 0 20 >/dev/null || first_sip "$1" b 0 >/dev/null
}

# What a pair that was just formed is like.
pair_looks_formed() {
    local folder="$1" server node place_of
    server="$(pair_server "$folder")" || { fail "pair: telephony answers on the service address"; return 1; }
    pass "pair: telephony answers on the service address"
    for node in a b; do
        check "pair: $node hears the other on cable, LAN and serial line" pair_json "$folder" "$node" \
            '[l["name"] for l in s["links"] if l["state"] == "Up" and l["peer_hears"]] == ["cable", "lan", "serial"]'
        check "pair: $node has the network of its stick" pair_ask "$folder" "$node" \
            "ip -brief address show enp0s16 | grep -qF 192.168.77.24$([ "$node" = a ] && echo 1 || echo 2)/24"
        check "pair: $node has a firewall" pair_ask "$folder" "$node" 'nft list table inet appliance >/dev/null'
        check "pair: no unit of $node has failed" pair_ask "$folder" "$node" 'systemctl --failed --no-legend --plain | { ! grep .; }'
        check "pair: $node has its replica connected, and both copies are up to date" pair_ask "$folder" "$node" \
            'appliance replica status | tee /dev/stderr | grep -q "UpToDate.*UpToDate"'
    done
    check "pair: MariaDB answers where telephony does" pair_ask "$folder" "$server" "mariadb -N -e 'select 1'"
    for place_of in /var/lib/mysql /etc/asterisk; do
        check "pair: $place_of lies on the replica" pair_ask "$folder" "$server" \
            "findmnt --noheadings --output SOURCE --target $place_of | grep ^/dev/appliance/data"
    done
    check "pair: the other one runs neither" pair_ask "$folder" "$(other "$server")" '! systemctl is-active mariadb asterisk'
    check "pair: the one that serves keeps out neither the other one nor itself" pair_ask "$folder" "$server" \
        'fail2ban-client get asterisk banip; ! fail2ban-client get asterisk banip | grep -E "192.168.77.24|127.0.0.1"'
    figure "pair: the replica's front is $(pair_ask "$folder" "$server" 'readlink -f /dev/appliance/data') on $server"
}

# Rows, one by one; what the database has acknowledged is told on the console.
pair_write_rows() {
    pair_ask "$1" "$2" 'mariadb -e "create database if not exists kept"
        mariadb -e "create table if not exists kept.numbers (n int primary key) engine=innodb"'
    pair_ask "$1" "$2" "systemd-run --quiet --expand-environment=no --unit=writer bash -c '
        n=\$(mariadb -N -e \"select coalesce(max(n), 0) from kept.numbers\")
        while mariadb -e \"insert into kept.numbers values (\$((++n)))\"; do echo \"ROW \$n.\" >/dev/ttyS0; done'"
}

# The last row that a machine has told.
last_row() { tr --delete '\r' <"$1/$2/console" | grep --text --only-matching --perl-regexp 'ROW \K[0-9]+(?=\.)' | tail --lines=1; }

# pair_rows FOLDER a|b LEAST: all rows from the first to the last are there, and at least so many.
pair_rows() {
    pair_ask "$1" "$2" \
        "mariadb -N -e 'select count(*) = max(n) and count(*) >= $3, count(*), max(n) from kept.numbers' | tee /dev/stderr | grep -q ^1"
}

# The serving machine loses its power.
pair_power_cut() {
    local folder="$1" server survivor cut served back
    server="$(pair_server "$folder")" || { fail "power cut: telephony answers before it"; pair_look "$folder"; return 1; }
    survivor="$(other "$server")"
    pair_write_rows "$folder" "$server" >/dev/null
    pair_wait "$folder" "$server" 30 'ROW 20\.' || { fail "power cut: rows are written"; pair_look "$folder"; return 1; }
    cut=$EPOCHREALTIME
    pair_quit "$folder" "$server"
    served="$(first_sip "$folder" "$survivor" "$cut")" || { fail "power cut: the other one serves"; pair_look "$folder"; return 1; }
    pass "power cut: the other one serves, by itself"
    figure "power cut: from quit to telephony on the other machine $(seconds_between "$cut" "$served") s" \
        "(deadtime $([ "$(image_accelerator)" = kvm ] && echo 600 ms || echo 30 s), $(image_accelerator))"
    check "power cut: every row that was acknowledged is there, $(last_row "$folder" "$server") of them" \
        pair_rows "$folder" "$survivor" "$(last_row "$folder" "$server")"
    pair_write_rows "$folder" "$survivor" >/dev/null
    mv "$folder/$server/console" "$folder/$server/console.cut"
    back=$EPOCHREALTIME
    pair_start "$folder" "$server"
    pair_wait "$folder" "$server" 60 'SHELL ready' || { fail "power cut: the machine starts again"; return 1; }
    check "power cut: the machine that was cut rejoins, and redundancy is complete" pair_whole "$folder" 60
    figure "power cut: from power on to complete redundancy $(seconds_between "$back" "$EPOCHREALTIME") s ($(image_accelerator))"
    check "power cut: it is the standby now" pair_json "$folder" "$server" 'g["role"] == "Passive" and g["peer_role"] == "Active"'
    check "power cut: telephony stayed where it was" test "$(pair_server "$folder")" = "$survivor"
    check "power cut: no two machines ever answered for the service address" sh -c '! grep " double " "$1"' sh "$folder/lan.log"
    pair_ask "$folder" "$survivor" 'systemctl stop writer'
    check "power cut: nothing was lost meanwhile" pair_rows "$folder" "$survivor" "$(last_row "$folder" "$survivor")"
}

job_pair() {
    local folder="$place/pair"
    pair_needs pair || return 0
    if pair_form "$folder" "${PAIR_LATER:-0}"; then
        { pair_looks_formed "$folder" && pair_power_cut "$folder"; } || true
    fi
    pair_end "$folder"
}
