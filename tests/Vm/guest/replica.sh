# The product in a machine of a pair: configuration, key, disk, process. Needs pair.sh and checks.sh. Sourced, not run.

appliance=/rig/job/appliance
replica_log=/rig/out/replica.log

# replica_config DISK [KEY = VALUE [FENCING]]: both machines get the same. Nobody arbitrates here, so a lost peer does not freeze unless
# that is asked for.
replica_config() {
    mkdir --parents /etc/appliance /var/lib/appliance
    printf '1 hmac-sha256 %s\n' "$(printf '0123456789abcdef%.0s' 1 2 3 4)" >/etc/appliance/cluster.key
    chmod 0600 /etc/appliance/cluster.key
    cat >/etc/appliance/appliance.toml <<EOC
[cluster]
name = "virtual"
key-file = "/etc/appliance/cluster.key"
[[node]]
name = "a"
[[node]]
name = "b"
[[heartbeat.link]]
name = "cable"
type = "udp"
interface = "$cable"
address = { a = "10.1.1.1", b = "10.1.1.2" }
[replica.data]
disk = "$1"
address = { a = "10.1.1.1:7789", b = "10.1.1.2:7789" }
fencing = "${3:-dont-care}"
# An emulated machine beside others stands still for seconds.
peer-silence = "8s"
request-timeout = "20s"
${2:-}
[[group]]
name = "pbx"
[[group.resource]]
name = "data"
type = "replica"
replica = "data"
EOC
}

# stamped: lines with the time since the machine's start, seconds.
stamped() {
    local line up rest
    while IFS= read -r line; do
        read -r up rest </proc/uptime
        printf '%s %s\n' "$up" "$line"
    done
}

replica_start() {
    "$appliance" replica run data > >(stamped >>"$replica_log") 2>&1 &
    replica=$!
}

replica_kill() {
    kill -KILL "$replica"
    wait "$replica" 2>/dev/null
}

# answers: its process does, however its copies stand.
answers() { "$appliance" replica status --proc data | grep --quiet 'cs:'; }
replica_end() {
    kill -TERM "$replica"
    wait "$replica"
}

in_sync() { "$appliance" replica status --proc data | grep --quiet 'cs:Connected .*ds:UpToDate/UpToDate'; }
is_primary() { [ -b /dev/appliance/data ]; }

replica_beside_drbd() {
    replica_config "$disk"
    check "replica: disk prepared on $me" "$appliance" replica create data
    replica_start
    check "replica: answers on $me" wait_for 60 answers
    if [ "$me" = a ]; then
        check "replica: forced" "$appliance" replica primary --force data
        check "replica: in sync" wait_for 300 in_sync
        "$appliance" replica secondary data
        before=$(milliseconds)
        check "replica: primary" "$appliance" replica primary data
        check "replica: the device is there" wait_for 20 is_primary
        first_answer /dev/appliance/data
        figure "replica: promotion to the first answer" "$(($(milliseconds) - before))" ms
        bench "replica, $(basename "$(readlink /dev/appliance/data)" | tr --delete '0-9')" /dev/appliance/data "$seconds"
        check "replica: still in sync" in_sync
        check "replica: secondary" "$appliance" replica secondary data
        tell replica
    else
        hear replica 900
    fi
    sed 's/^/replica log: /' "$replica_log" | tail --lines=15
}
