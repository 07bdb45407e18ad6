# A machine with an emulated i6300ESB watchdog that really resets it: four boots of one machine, each ended by what it tries. What it is up to is
# kept in /rig/job, which outlives the resets.
exec 4>&1 >>/rig/job/log 2>&1
. /rig/guest/checks.sh
# Started again and again: from memory, not from the host's folder.
appliance=/tmp/appliance
cp /rig/job/appliance "$appliance"
agent_log=/rig/job/agent.log
timeout=8
boot=$(($(cat /rig/job/boots 2>/dev/null || echo 0) + 1))
echo "$boot" >/rig/job/boots
echo "boot $boot after $(cut --delimiter=' ' --fields=1 /proc/uptime) s"

# The clock of the machine goes on over a reset: at most a boot later than the bite.
if [ -e /rig/job/expected ]; then
    echo "PASS watchdog: reset after $(cat /rig/job/expected)"
    rm /rig/job/expected
elif [ "$boot" -gt 1 ]; then
    echo "FAIL watchdog: a reset that nobody asked for ended boot $((boot - 1))"
fi

write_config() {
    mkdir --parents /etc/appliance /var/lib/appliance /mnt/probe
    printf '1 hmac-sha256 %s\n' "$(printf '0123456789abcdef%.0s' 1 2 3 4)" >/etc/appliance/cluster.key
    chmod 0600 /etc/appliance/cluster.key
    cat >/etc/appliance/appliance.toml <<EOC
[cluster]
name = "virtual"
[[node]]
name = "watchdog"
[[node]]
name = "nobody"
[heartbeat]
keepalive = "200ms"
warntime = "1s"
deadtime = "3s"
initdead = "5s"
[[heartbeat.link]]
name = "lo"
type = "udp"
interface = "lo"
address = { watchdog = "127.0.0.1", nobody = "127.0.0.2" }
[watchdog]
device = "i6300ESB timer"
timeout = "${timeout}s"
disk-probe = "/mnt/probe"
disk-deadline = "3s"
[[group]]
name = "pbx"
  [[group.resource]]
  name = "nothing"
  type = "exec"
  start = ["/bin/true"]
  stop = ["/bin/true"]
  monitor = ["/bin/true"]
EOC
    truncate --size=16M /tmp/probe.img
    mkfs.ext4 -q /tmp/probe.img
    mount --options loop /tmp/probe.img /mnt/probe
}

agent_start() {
    "$appliance" agent >>"$agent_log" 2>&1 4>&- 9>&- &
    agent=$!
}
is_fed() { "$appliance" status --json | tr --delete ' \n' | grep --quiet '"standing":"Feeding"'; }
says() { grep --quiet "$1" "$agent_log"; }
told() { wait_for 10 says "$1"; }
until_fed() { wait_for 20 is_fed; }

# bitten WHAT COMMAND...: the command must cost this machine its life.
bitten() {
    echo "$1" >/rig/job/expected
    shift
    "$@"
    sleep $((timeout * 6))
    echo "FAIL watchdog: no reset after $(cat /rig/job/expected)"
    rm /rig/job/expected
    kill -CONT "$agent" 2>/dev/null
    fsfreeze --unfreeze /mnt/probe 2>/dev/null
}

# alive NAME SECONDS: still the same boot afterwards; a reset would leave no PASS.
alive() {
    sleep "$2"
    echo "PASS watchdog: $1"
}

first() {
    local device
    device="/dev/$(basename "$(dirname "$(grep --files-with-matches i6300ESB /sys/class/watchdog/*/identity)")")"
    check "watchdog: the kernel has the device" test -c "$device"
    check "watchdog: the contract, on the kernel's device" /rig/job/watchdog-contract "$device"
    exec 9>"$device"
    agent_start
    check "watchdog: who has it is told" told "in use by bash (pid $$)"
    exec 9>&-
    check "watchdog: taken as soon as it is free, by its identity" until_fed
    alive "fed, no reset in two timeouts" $((timeout * 2 + 1))
    kill -TERM "$agent"
    wait "$agent"
    check "watchdog: an orderly stop says that it stopped it" says "the watchdog is stopped"
    alive "an orderly stop is no reset" $((timeout + 2))
    agent_start
    until_fed
    kill -KILL "$agent"
    wait "$agent"
    started="$(milliseconds)"
    agent_start
    until_fed
    echo "FIGURE watchdog: from the start of the agent to a fed watchdog = $(($(milliseconds) - started)) ms"
    alive "killed and started again in time is no reset" $((timeout + 2))
    bitten "the agent was stopped (SIGSTOP)" kill -STOP "$agent"
}

second() {
    agent_start
    until_fed
    check "watchdog: the boot after says who ended the last one" told "the last boot was ended by the watchdog"
    bitten "the agent was killed and nobody started it" kill -KILL "$agent"
}

third() {
    agent_start
    until_fed
    bitten "the disk hung (fsfreeze)" fsfreeze --freeze /mnt/probe
}

fourth() { check "watchdog: why it was not fed was told before" says "the disk has not taken a small file for 3 s"; }

modprobe --all i6300esb loop
write_config
case "$boot" in
    1) first ;;
    2) second ;;
    3) third ;;
    *) fourth ;;
esac
cat /rig/job/log >&4
exit 0
