# Two machines with a cable of their own between them and a disk each: a is 10.1.1.1, b is 10.1.1.2. Sourced, not run.

me="$(hostname)"
if [ "$me" = a ]; then mine=10.1.1.1 other=10.1.1.2; else mine=10.1.1.2 other=10.1.1.1; fi

cable_up() {
    modprobe virtio_net 2>/dev/null || true
    wait_for 20 sh -c 'ls --directory /sys/class/net/e*'
    udevadm settle # It gets its lasting name now.
    cable="$(basename "$(ls --directory /sys/class/net/e* | head --lines=1)")"
    ip address add "$mine/24" dev "$cable"
    ip link set "$cable" up
    wait_for 60 ping -c 1 -W 1 "$other" || return 1
    [ "$me" != a ] || ping -q -i 0.02 -c 50 "$other" | sed --quiet 's/^rtt/FIGURE the cable = rtt/p'
}

# The host writes this file when the other machine has done what it had to.
wait_for_host() { wait_for "$1" test -e "/rig/job/$2"; }
