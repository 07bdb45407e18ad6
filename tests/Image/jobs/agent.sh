# The agent in the image: configured by a stick at the first boot, ready at the second, and what its time is made of. Sourced by run.sh.

job_agent() {
    local machine="$place/agent" times
    need_image && stick_site "$place/ready" site42 || return 1
    machine_with_site "$machine" "$place/ready" || { fail "agent: the first boot ends with a node that serves"; image_end; return 0; }
    image_run "$machine" sync
    image_end
    mv "$machine/console" "$machine/console.first"
    image_start "$machine" bios "${site_wire[@]}"
    image_up "$machine" 60 || { fail "agent: the second boot ends"; image_end; return 0; }
    image_run "$machine" "which=agent; $(cat "$here/guest/tools.sh" "$here/guest/times.sh")" >"$machine/said" || true
    take "$machine/said"
    check "agent: ready with a configuration" grep --text --quiet 'agent active' "$machine/console"
    check "agent: network and firewall were set up without waiting for anybody" image_run "$machine" \
        'journalctl --boot --unit appliance-network --output cat | tee /dev/stderr | { ! grep -E "did not|systemd-networkd has read"; }'
    times="$(grep --only-matching 'TIMES .*' "$machine/said")"
    figure "agent ready, ms after the kernel started ($(image_accelerator), load $(cut --delimiter=' ' --fields=1 /proc/loadavg)):" \
        "${times#TIMES }"
    grep --extended-regexp '^(CHAIN|BLAME) ' "$machine/said" | sed 's/^/FIGURE agent ready: /'
    image_end
}
