# USB sticks in the booted image: there at the start, plugged in while it runs, bad ones. Sourced by run.sh.

# A wire at a place of the bus that gives it the name enp0s16 in the image.
stick_wire=(-netdev user,id=lan -device virtio-net-pci,netdev=lan,addr=0x10)

job_stick() {
    need_image || return 1
    stick_at_boot
}

stick_at_boot() {
    local machine="$place/stick-boot" with
    image_disk "$machine" 8G
    stick_files "$place/site" --service-address 10.0.2.100/24 --lan-interface enp0s16 --lan-a 10.0.2.15/24 --lan-b 10.0.2.16/24 --ping 10.0.2.2
    image_stick "$place/left" "$place/site/pbx-a" APPLIANCE
    image_shell "$machine"
    mapfile -t with < <(image_with_stick "$place/left" left)
    image_start "$machine" bios "${stick_wire[@]}" "${with[@]}"
    check "stick: a fresh image takes the stick it was started with" stick_wait "$place/left" 30 ACCEPTED
    image_up "$machine" 60 || { fail "stick: it comes up"; image_end; return 0; }
    stick_file "$place/left" result.txt
    for x in "systemctl is-active appliance-agent" "appliance status" "ip address" "journalctl -b -u 'appliance-stick@*' --no-pager" "systemctl --failed"; do echo "== $x"; image_run "$machine" "$x"; done
    [ -z "${POKE:-}" ] || { echo "$machine"; sleep "$POKE"; }
    image_end
}
