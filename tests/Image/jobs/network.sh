# Interfaces and firewall in the running image, with real cards: each of the node's cards is joined by a hub to a second card of the same
# machine, which lives in a network namespace and is the other side. Sourced by run.sh.

# The cards' hardware addresses: 4e is the node's, 46 is the far side's; then which wire.
network_wires() {
    local wire
    for wire in 1 2 3 4; do
        printf '%s\n' -netdev "hubport,id=near$wire,hubid=$wire" -device "virtio-net-pci,netdev=near$wire,mac=52:54:00:4e:00:0$wire,romfile=" \
            -netdev "hubport,id=far$wire,hubid=$wire" -device "virtio-net-pci,netdev=far$wire,mac=52:54:00:46:00:0$wire,romfile="
    done
}

job_network() {
    local machine="$place/network" wires
    need_image || return 1
    mapfile -t wires < <(network_wires)
    image_disk "$machine" 8G
    guest_script network wires network | image_script "$machine"
    image_start "$machine" bios "${wires[@]}"
    image_wait "$machine" 60 'SCRIPT ended' || fail "network: the first boot ends"
    take "$machine/console"
    image_end
    mv "$machine/console" "$machine/console.first"
    # What was set up is there from the beginning of the next start.
    guest_script "network, after a power cut" wires network-again | image_script "$machine"
    image_start "$machine" bios "${wires[@]}"
    image_wait "$machine" 60 'SCRIPT ended' || fail "network: the second boot ends"
    take "$machine/console"
    image_end
}
