#!/bin/bash
# Runs on the node that serves, beside Asterisk: drops a recording every 100 ms, as a telephone system does, and tells the client
# about each one that is safe, with its hash. What was told must be there after any fault.

set -uo pipefail

folder=/var/spool/asterisk/lab
client="$1"
run="$(cat /proc/sys/kernel/random/uuid)"
mkdir --parents "$folder"
sync "$folder/.."
for ((number = 0; ; number++)); do
    sleep 0.1
    # The hash is taken from a copy outside the volume: what the volume answers is what is to be checked.
    head --bytes=$((4096 + RANDOM % 8192)) /dev/urandom >/run/recording
    read -r hash _ < <(sha256sum /run/recording)
    name="$run-$number"
    cp /run/recording "$folder/$name.part" && sync "$folder/$name.part" && mv "$folder/$name.part" "$folder/$name" && sync "$folder" ||
        continue
    printf '%s %s\n' "$name" "$hash" >"/dev/udp/$client/4711"
done 2>/dev/null
