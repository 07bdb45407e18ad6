# When what was reached, in milliseconds after the kernel's start; the agent's own READY by systemd's account.
of() { echo $(($(systemctl show --property="$2" --value "$1") / 1000)); }
expect "$which: the agent runs" systemctl is-active appliance-agent
serves() { appliance status --json | tr -d " \n" | grep -q '"role":"Active"'; }
serves_soon() { local left=120; until serves; do [ $((left -= 1)) -gt 0 ] || { appliance status; return 1; }; sleep 1; done; }
expect "$which: the agent answers, and serves" serves_soon
userspace=$(($(systemctl show --property=UserspaceTimestampMonotonic --value) / 1000))
echo
echo "TIMES userspace=$userspace var=$(of var.mount ActiveEnterTimestampMonotonic) sysinit=$(of sysinit.target ActiveEnterTimestampMonotonic)" \
    "start=$(of appliance-agent ExecMainStartTimestampMonotonic) ready=$(of appliance-agent ActiveEnterTimestampMonotonic)" \
    "root-writable-bytes=$(df --output=avail --block-size=1 / | tail -n 1 | tr --delete ' ')" \
    "confirmed=$(of appliance-boot-ok ActiveEnterTimestampMonotonic)"
# What the agent waited for, and who took longest.
timeout 300 systemctl is-system-running --wait >/dev/null
export LC_ALL=C
systemd-analyze --no-pager critical-chain appliance-agent.service | sed -n 's/^\( *[^ ].*@.*\)$/CHAIN \1/p'
systemd-analyze --no-pager blame | head -n 10 | sed 's/^/BLAME /'
