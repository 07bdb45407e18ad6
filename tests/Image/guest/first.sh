# In the machine, as root, after its first boot.
say() { echo; echo "$1 $2"; }
expect() { # NAME COMMAND…
    local name="$1" said; shift
    if said="$("$@" 2>&1)"; then say PASS "$name"; else say FAIL "$name: $said"; fi
}
is() { [ "$1" = "$2" ] || { echo "\"$1\" instead of \"$2\""; false; }; }
none() { local said; said="$("$@")"; [ -z "$said" ] || { echo "$said" | tr '\n' ';'; false; }; }

slot="$(sed 's/.*appliance.slot=\(.\).*/\1/' /proc/cmdline)"
root="$(findmnt --noheadings --output SOURCE / | head -n 1)"
expect "$which: / is the slot's partition" is "$(lsblk --noheadings --output PARTLABEL "$root")" "root-$slot"
expect "$which: / is a squashfs" is "$(findmnt --noheadings --output FSTYPE /)" squashfs
expect "$which: / has no byte that can be written" is "$(blockdev --getro "$root") $(findmnt --noheadings --output OPTIONS / | grep --only-matching '^r[ow]') $(df --output=avail / | tail -n 1 | tr --delete ' ')" "0 ro 0"
expect "$which: nothing can be made in /etc, /usr, /root" sh -c '! touch /etc/x 2>/dev/null && ! touch /usr/x 2>/dev/null && ! touch /root/x 2>/dev/null'
expect "$which: /var is the data partition" is "$(lsblk --noheadings --output PARTLABEL "$(findmnt --noheadings --output SOURCE /var)")" data
expect "$which: the replica has a partition, and nobody sees a file system in it" sh -c 'test -b /dev/disk/by-partlabel/appliance-data && ! blkid -p -u filesystem,raid,crypto /dev/disk/by-partlabel/appliance-data'
ls /boot >/dev/null
expect "$which: /boot is the ESP, read-only" is "$(lsblk --noheadings --output PARTLABEL "$(findmnt --noheadings --types vfat --output SOURCE /boot)") $(findmnt --noheadings --types vfat --output OPTIONS /boot | cut -c1-2)" "esp ro"
expect "$which: no unit has failed" none systemctl --failed --no-legend --plain
expect "$which: the agent waits for its configuration" is "$(systemctl is-active appliance-agent) $(systemctl is-enabled appliance-agent)" "inactive enabled"
expect "$which: MariaDB and Asterisk are neither started nor enabled" is "$(systemctl is-active mariadb asterisk | tr '\n' ' ')$(systemctl is-enabled mariadb asterisk | tr '\n' ' ')" "inactive inactive disabled disabled "
for unit in ssh chrony fail2ban systemd-networkd systemd-resolved; do expect "$which: $unit runs" systemctl is-active "$unit"; done
expect "$which: the jail of telephones is set" fail2ban-client status asterisk
expect "$which: ssh takes keys only" sh -c 'sshd -T | grep -qx "passwordauthentication no" && sshd -T | grep -qx "kbdinteractiveauthentication no"'
expect "$which: the journal is persistent and bounded" sh -c 'ls /var/log/journal/$(cat /etc/machine-id)/system.journal && systemd-analyze cat-config systemd/journald.conf | grep -qx SystemMaxUse=256M'
expect "$which: /etc/appliance can be written" sh -c 'touch /etc/appliance/x && rm /etc/appliance/x'
expect "$which: the release is told" sh -c 'grep -qx "arch=amd64" /usr/lib/appliance/release && appliance version | grep -qF "$(sed -n s/^version=//p /usr/lib/appliance/release)"'
expect "$which: the boot loader knows this box" grep -qx "set machine=$(cat /etc/machine-id)" /boot/grub/machine.cfg
expect "$which: every mount of /var is nosuid" sh -c 'findmnt --noheadings --output OPTIONS /var | grep -q nosuid'
