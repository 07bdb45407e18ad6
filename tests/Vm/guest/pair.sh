# Two machines with a cable of their own between them and a disk each: a is 10.1.1.1, b is 10.1.1.2. Sourced, not run.

me="$(hostname)"
if [ "$me" = a ]; then mine=10.1.1.1 other=10.1.1.2 other_name=b; else mine=10.1.1.2 other=10.1.1.1 other_name=a; fi

cable_up() {
    modprobe virtio_net 2>/dev/null || true
    wait_for 20 sh -c 'ls --directory /sys/class/net/e*'
    udevadm settle # It gets its lasting name now.
    cable="$(basename "$(ls --directory /sys/class/net/e* | head --lines=1)")"
    ip address replace "$mine/24" dev "$cable"
    ip link set "$cable" up
    wait_for 60 ping -c 1 -W 1 "$other" || return 1
    [ "$me" != a ] || ping -q -i 0.02 -c 50 "$other" | sed --quiet 's/^rtt/FIGURE the cable = rtt/p'
}

# tell WORD: the other machine hears it. hear WORD SECONDS: waits for that, or until the other machine is gone.
tell() { touch "/rig/out/$1-done"; }
hear() { wait_for "$2" said "$1"; }
said() { [ -e "/rig/job/$1-done" ] || [ -e /rig/job/over ]; }
