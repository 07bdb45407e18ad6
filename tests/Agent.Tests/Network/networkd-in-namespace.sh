#!/bin/bash
# systemd-networkd with files of ours, alone with pretended cards in a network and mount namespace of its own: what it makes of them.
# Usage: networkd-in-namespace.sh FOLDER ; FOLDER is what is below /run (systemd/network, systemd/networkd.conf.d). Needs root.
# Ends with 77 where networkd cannot be run so.
set -Eeuo pipefail

if [ "${2:-}" != inside ]; then
    [ -x /lib/systemd/systemd-networkd ] || { echo "systemd-networkd is not installed"; exit 77; }
    exec unshare --mount --net --propagation private bash "$0" "$(readlink --canonicalize "$1")" inside
fi

files="$1"
place="$(mktemp --directory /tmp/appliance-networkd.XXXXXX)"
daemon=""
finish() {
    [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; } || true
    rm --recursive --force "$place"
}
trap finish EXIT
# Where /sys cannot be written nobody waits for udev.
mount --types sysfs --options ro sysfs /sys
mount --types tmpfs tmpfs /run
mkdir --parents /run/systemd/netif/{links,leases,lldp} /run/dbus
chown --recursive systemd-network /run/systemd/netif
cp --recursive "$files"/systemd/. /run/systemd/
for name in eth0 eth1; do
    ip link add "$name" type veth peer name "far-$name"
    ip link set "far-$name" up
done
# Kernels without VLANs do without that part.
vlan=no
ip link add link eth0 name probe type vlan id 2 2>/dev/null && { vlan=yes; ip link delete probe; }
ip link set lo up
SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=info /lib/systemd/systemd-networkd >"$place/log" 2>&1 &
daemon=$!
has() { ip -brief address show dev "$1" 2>/dev/null | grep --quiet --fixed-strings "$2"; }
settled() { has eth0 192.168.1.241 && has eth1 10.1.1.1 && { [ "$vlan" = no ] || has voice 10.20.0.1; }; }
for _ in $(seq 200); do
    settled && break
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.1
done
settled || { cat "$place/log"; echo "networkd did not set the interfaces up"; exit 1; }
# What the agent adds is spared when networkd starts again: a service address, and a route of its own.
ip address add 192.168.1.245/24 dev eth0
ip route add 198.51.100.0/24 dev eth0 src 192.168.1.245 protocol 66
kill "$daemon" && wait "$daemon" || true
daemon=""
SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=info /lib/systemd/systemd-networkd >>"$place/log" 2>&1 &
daemon=$!
for _ in $(seq 30); do
    kill -0 "$daemon" || break
    sleep 0.1
done
# A key that networkd does not know is only a word in its log. Without a bus, and where VLANs are missing, it has others.
grep --extended-regexp --ignore-case 'unknown (key|lvalue|section)|ignoring:|invalid|failed to parse' "$place/log" \
    | grep --invert-match 'state file' || true
echo "vlan $vlan"
for name in eth0 eth1; do
    for address in $(ip -oneline address show dev "$name" scope global | awk '{ print $4 }' | sort); do echo "$name $address"; done
    echo "$name mtu $(ip -oneline link show "$name" | sed 's/.* mtu \([0-9]*\).*/\1/')"
done
if [ "$vlan" = yes ]; then ip -details -oneline link show voice | grep --only-matching 'vlan protocol 802.1Q id [0-9]*'; fi
ip -oneline route show default | awk '{ print "default", $3 }'
ip -oneline route show 198.51.100.0/24 | awk '{ print "kept", $1 }'
