# The hardware watchdog resets a machine whose agent stands still. Sourced by run.sh.

# machine_with_site MACHINE SITE [qemu arguments]: a fresh image, started with its stick in; the stick is pulled out when it was taken.
machine_with_site() {
    local machine="$1" site="$2" with
    shift 2
    image_disk "$machine" 8G
    image_stick "$machine/stick" "$site/pbx-a" APPLIANCE
    image_shell "$machine"
    mapfile -t with < <(image_with_stick "$machine/stick" left)
    image_start "$machine" bios "${site_wire[@]}" "${with[@]}" "$@"
    image_up "$machine" 60 && stick_wait "$machine/stick" 12 '^ACCEPTED' && image_unplug "$machine" left \
        && image_until "$machine" 30 'appliance status --json | tr -d " \n" | grep -o "\"role\":\"Active\""' >/dev/null
}

job_watchdog() {
    # One processor: with two, the kernel stood still in the boot after the reset (QEMU 7.2, emulated, on a busy host: soft lockup of init).
    local machine="$place/watchdog" VM_CPUS="${VM_CPUS:-1}" boot started
    need_image && stick_site "$place/watched" site42 '[watchdog]
device = "i6300ESB timer"
timeout = "30s"' || return 1
    machine_with_site "$machine" "$place/watched" -device i6300esb -action watchdog=reset \
        || { fail "watchdog: the machine serves"; image_end; return 0; }
    in_machine "$machine" "watchdog: the kernel of the image has the driver, loaded by itself" \
        'grep -x "i6300ESB timer" /sys/class/watchdog/*/identity'
    in_machine "$machine" "watchdog: devices shows it" 'appliance devices | grep i6300ESB'
    in_machine "$machine" "watchdog: the agent feeds it" 'appliance status --json | tr -d " \n" | grep "\"standing\":\"Feeding\""'
    boot="$(image_run "$machine" cat /proc/sys/kernel/random/boot_id)"
    # Systemd notices first, and saves the machine: that is no reset.
    image_run "$machine" 'kill -STOP $(systemctl show --property=MainPID --value appliance-agent)'
    check "watchdog: an agent that was stopped is replaced by systemd in time" image_until "$machine" 6 \
        'journalctl --boot --unit appliance-agent --output cat | grep "Watchdog timeout"'
    image_until "$machine" 6 'appliance status --json | tr -d " \n" | grep "\"standing\":\"Feeding\""' >/dev/null
    sleep 35
    check "watchdog: and that is no reset" test "$(image_run "$machine" cat /proc/sys/kernel/random/boot_id)" = "$boot"
    # Now nobody notices but the hardware.
    image_run "$machine" 'systemctl service-watchdogs no; sync; kill -STOP $(systemctl show --property=MainPID --value appliance-agent)'
    started=$SECONDS
    check "watchdog: an agent that nobody replaces costs the machine a reset, and it comes up" image_up "$machine" 60 "$boot"
    figure "watchdog: from the stop of the agent to a machine that is up again $((SECONDS - started)) s ($(image_accelerator))"
    check "watchdog: it serves again" image_until "$machine" 30 'appliance status --json | tr -d " \n" | grep -o "\"role\":\"Active\""'
    in_machine "$machine" "watchdog: the agent says what ended the last boot" \
        'journalctl --boot --unit appliance-agent --output cat | grep "the last boot was ended by the watchdog"'
    in_machine "$machine" "watchdog: it is fed again" 'appliance status --json | tr -d " \n" | grep "\"standing\":\"Feeding\""'
    image_end
}
