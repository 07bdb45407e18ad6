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
apt() { inside apt-get --quiet=2 --yes "$@"; }
configuration() { (cd "$root/etc/appliance" && find . -type f -exec sha256sum {} + | sort); }

# Two commands: what the first one brings is what the second one's file needs.
inside apt-get --quiet=2 update
# The lab's Debian has a database already, and an apt that brings nothing by itself.
inside apt-get --quiet=2 --yes purge --auto-remove mariadb-server mariadb-common libmariadb3 nftables || true
expect "the test begins on a Debian without them" inside sh -c '! dpkg-query --show --showformat="\${db:Status-Status}\n" \
    mariadb-server libmariadb3 nftables libusb-1.0-0 2>/dev/null | grep -qx installed'
expect "installs by apt" apt install --option APT::Install-Recommends=true /tmp/now.deb
for package in mariadb-server libmariadb3 nftables libusb-1.0-0; do
    expect "apt brings $package" inside sh -c "dpkg-query --show --showformat='\${db:Status-Status}' $package | grep -qx installed"
done
expect "the executable runs" inside appliance version
expect "the agent is enabled, and waits for its configuration" inside sh -c 'systemctl is-enabled appliance-agent \
    && grep -q ^ConditionPathExists=/etc/appliance/appliance.toml /usr/lib/systemd/system/appliance-agent.service'
expect "nothing else of ours is enabled that would start something" inside sh -c '! systemctl is-enabled --quiet appliance-witness'
expect "the groups are there" inside getent group appliance telephony
expect "units, rules, manual, completions and examples are there" inside sh -c 'ls /usr/lib/systemd/system/appliance-replica@.service \
    /usr/lib/udev/rules.d/60-appliance-devices.rules /usr/lib/appliance/port-name /usr/share/bash-completion/completions/appliance \
    && dpkg --listfiles appliance | grep -q man8/appliance.8.gz && dpkg --listfiles appliance | grep -q appliance.example.toml'
expect "every unit of the package is one that systemd understands" inside sh -c 'said=$(systemd-analyze verify --man=no \
    /usr/lib/systemd/system/appliance-*.service 2>&1 | grep "/appliance-" || true); [ -z "$said" ] || { echo "$said"; false; }'
expect "the udev rules are well-formed" inside sh -c 'udevadm verify --no-summary /usr/lib/udev/rules.d/6?-appliance*.rules'

expect "init writes a file" inside appliance init --yes --cluster site --node-a pbx-a --node-b pbx-b --service-address 192.168.1.245/24
expect "config check takes it" inside appliance config check /etc/appliance/appliance.toml
expect "the key is root's alone" inside sh -c '[ "$(stat --format="%a %U" /etc/appliance/cluster.key)" = "600 root" ]'
while read -r unit; do
    case "$unit" in asterisk.service) continue ;; esac # Debian 13 has none: docs/OPERATING.md, 1.
    expect "the file's $unit is installed" test -e "$root/usr/lib/systemd/system/$unit"
done < <(sed --quiet 's/^ *unit = "\(.*\)"/\1/p' "$root/etc/appliance/appliance.toml")

# An upgrade under a running agent: systemd is played by somebody who writes down what is asked.
before="$(configuration)"
for program in systemctl deb-systemd-invoke; do
    mv "$root/usr/bin/$program" "$root/usr/bin/$program.real"
    printf '#!/bin/sh\necho "%s $*" >>/tmp/asked\ncase "$*" in *is-active*) exit 0 ;; esac\n' "$program" >"$root/usr/bin/$program"
    chmod 0755 "$root/usr/bin/$program"
done
mkdir --parents "$root/run/systemd/system"
inside dpkg --install /tmp/later.deb >"$root/tmp/said" 2>&1 || true
for program in systemctl deb-systemd-invoke; do mv "$root/usr/bin/$program.real" "$root/usr/bin/$program"; done
rmdir "$root/run/systemd/system"
expect "upgrades" inside sh -c 'dpkg-query --show --showformat="\${Version} \${db:Status-Status}" appliance | grep -q "later installed"'
expect "an upgrade asks whether the agent runs" grep --quiet 'is-active appliance-agent' "$root/tmp/asked"
expect "an upgrade neither stops nor restarts anything of ours" sh -c '! grep -E "(stop|restart|kill|start).*appliance" "$1"' sh "$root/tmp/asked"
expect "an upgrade says how the new one is started" grep --quiet 'appliance maintenance on --for 10m && systemctl restart' "$root/tmp/said"
expect "an upgrade keeps the configuration and the key" test "$(configuration)" = "$before"
expect "an upgrade keeps the agent enabled" inside systemctl is-enabled appliance-agent
inside systemctl disable --quiet appliance-agent
expect "goes back to the earlier version" apt install --allow-downgrades /tmp/now.deb
expect "an agent that the operator disabled stays disabled" inside sh -c '! systemctl is-enabled --quiet appliance-agent'
expect "is removed" apt remove appliance
expect "removal keeps the configuration" test "$(configuration)" = "$before"
expect "removal takes the executable" test ! -e "$root/usr/bin/appliance"
expect "is purged" apt purge appliance
# apt's own books and the journal of packages name it for ever.
expect "purging leaves nothing behind" sh -c \
    '! find "$1/etc" "$1/var/lib" "$1/usr" "$1/run" "$1/var/cache" -name "*appliance*" -not -path "*/apt/*" | grep .' sh "$root"
