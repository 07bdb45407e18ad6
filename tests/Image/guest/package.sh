# package.sh ROOT PLACE DEB LATER: what a person does with the package, in an overlay over ROOT. In a mount namespace of its own.
set -Eeuo pipefail
root="$2/debian"
mount --types overlay appliance-package --options "lowerdir=$1,upperdir=$2/deb-upper,workdir=$2/deb-work" "$root"
cp "$3" "$root/tmp/now.deb"
cp "$4" "$root/tmp/later.deb"

inside() {
    unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" -- chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 "$@"
}
expect() {
    local name="$1" said
    shift
    if said="$("$@" 2>&1)"; then echo "PASS package: $name"; else echo "FAIL package: $name: $said"; fi
}
apt() { inside apt-get --quiet=2 --yes --no-install-recommends "$@"; }

expect "installs by apt" apt install /tmp/now.deb
expect "the executable runs" inside appliance version
expect "the agent is enabled, and waits for its configuration" inside sh -c 'systemctl is-enabled appliance-agent && grep -q ^ConditionPathExists=/etc/appliance/appliance.toml /usr/lib/systemd/system/appliance-agent.service'
expect "the groups are there" inside getent group appliance telephony
expect "units, rules, manual, completions and examples are there" inside sh -c 'ls /usr/lib/systemd/system/appliance-replica@.service /usr/lib/udev/rules.d/60-appliance-devices.rules /usr/lib/appliance/port-name \
    /usr/share/bash-completion/completions/appliance && dpkg --listfiles appliance | grep -q man8/appliance.8.gz && dpkg --listfiles appliance | grep -q appliance.example.toml'
expect "every unit of the package is one that systemd understands" inside sh -c 'said=$(systemd-analyze verify --man=no /usr/lib/systemd/system/appliance-*.service 2>&1 | grep "/appliance-" || true); [ -z "$said" ] || { echo "$said"; false; }'
expect "the udev rules are well-formed" inside sh -c 'udevadm verify --no-summary /usr/lib/udev/rules.d/6?-appliance*.rules'
printf 'kept\n' >"$root/etc/appliance/appliance.toml"
expect "upgrades" apt install /tmp/later.deb
expect "an upgrade keeps the configuration and the agent enabled" inside sh -c 'grep -q kept /etc/appliance/appliance.toml && systemctl is-enabled appliance-agent && dpkg-query --show appliance | grep -q later'
inside systemctl disable --quiet appliance-agent
expect "goes back to the earlier version" apt install --allow-downgrades /tmp/now.deb
expect "an agent that the operator disabled stays disabled" inside sh -c '! systemctl is-enabled --quiet appliance-agent'
expect "is removed" apt remove appliance
expect "removal keeps the configuration" test -e "$root/etc/appliance/appliance.toml"
expect "removal takes the executable" test ! -e "$root/usr/bin/appliance"
expect "is purged" apt purge appliance
expect "purging leaves nothing behind" sh -c '! find "$1/etc" "$1/var/lib" "$1/usr" -name "*appliance*" -not -path "*/apt/*" | grep .' sh "$root"
