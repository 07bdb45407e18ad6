# After any boot that was never configured.
slot="$(sed 's/.*appliance.slot=\(.\).*/\1/' /proc/cmdline)"
root="$(findmnt --noheadings --output SOURCE / | head -n 1)"
expect "$which: / is the slot's partition" is "$(lsblk --noheadings --output PARTLABEL "$root")" "root-$slot"
expect "$which: / is a squashfs" is "$(findmnt --noheadings --output FSTYPE /)" squashfs
expect "$which: / is mounted read-only" is "$(findmnt --noheadings --output OPTIONS / | cut -c1-2)" ro
expect "$which: / has no byte that can be written" is "$(df --output=avail --block-size=1 / | tail -n 1 | tr --delete ' ')" 0
for place in /etc /usr /root /srv /opt; do expect "$which: nothing can be made in $place" sh -c "! touch $place/x 2>/dev/null"; done
label() { lsblk --noheadings --output PARTLABEL "$1"; }
expect "$which: /var is the data partition" is "$(label "$(findmnt --noheadings --output SOURCE /var)")" data
replica=/dev/disk/by-partlabel/appliance-data
expect "$which: the replica has a partition" test -b $replica
expect "$which: nobody sees a file system in it" none sh -c "blkid --probe --match-tag TYPE --output value $replica || true"
ls /boot >/dev/null
boot() { findmnt --noheadings --types vfat --output "$1" /boot; }
expect "$which: /boot is the ESP, read-only" is "$(label "$(boot SOURCE)") $(boot OPTIONS | cut -c1-2)" "esp ro"
expect "$which: no unit has failed" none systemctl --failed --no-legend --plain
how() { echo "$(systemctl is-active "$1") $(systemctl is-enabled "$1")"; }
expect "$which: the agent waits for its configuration" is "$(how appliance-agent)" "inactive enabled"
for unit in mariadb asterisk; do
    [ ! -e "/usr/lib/systemd/system/$unit.service" ] || expect "$which: $unit is neither started nor enabled" is "$(how $unit)" "inactive disabled"
done
for unit in ssh chrony fail2ban systemd-networkd systemd-resolved; do expect "$which: $unit runs" systemctl is-active "$unit"; done
expect "$which: the jail of telephones is set" fail2ban-client status asterisk
for way in password kbdinteractive; do expect "$which: ssh takes no $way" sh -c "sshd -T | grep -qx '${way}authentication no'"; done
expect "$which: the journal is persistent" test -e "/var/log/journal/$(cat /etc/machine-id)/system.journal"
expect "$which: the journal is bounded" sh -c 'systemd-analyze cat-config systemd/journald.conf | grep -qx SystemMaxUse=256M'
expect "$which: the journal is on the data partition, not on the replica's" is \
    "$(label "$(findmnt --noheadings --output SOURCE --target /var/log/journal)")" data
expect "$which: the journal is within its bound" sh -c '[ "$(du --summarize --block-size=1M /var/log/journal | cut -f1)" -le 256 ]'
expect "$which: /etc/appliance can be written" sh -c 'touch /etc/appliance/x && rm /etc/appliance/x'
expect "$which: the release is the executable's" sh -c 'appliance version | grep -qF "$(sed -n s/^version=//p /usr/lib/appliance/release)"'
expect "$which: the boot loader knows this box" grep -qx "set machine=$(cat /etc/machine-id)" /boot/grub/machine.cfg
expect "$which: every mount of /var is nosuid" sh -c 'findmnt --noheadings --output OPTIONS /var | grep -q nosuid'
