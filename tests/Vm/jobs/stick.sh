# Sticks on Debian's kernel: mounted tamely, taken, refused or left alone, with the result on the stick itself; and the rule that starts it.
# Needs the disks of host/stick.sh.
. /rig/guest/checks.sh
job=/rig/job
etc=/tmp/etc
modprobe --all vfat exfat nls_cp437 nls_ascii

# apply CODE NAME: what the program says is kept.
apply() {
    "$job/appliance" stick apply "$(disk_of "$2")" --directory "$etc" --no-restart --socket /tmp/none.sock >/tmp/said 2>&1
    local code=$?
    cat /tmp/said
    [ "$code" = "$1" ]
}
# result NAME WORDS: on the stick, as any computer sees it.
result() {
    mount -o ro "$(disk_of "$1")" /mnt || return 1
    cat /mnt/result.txt
    grep --quiet --fixed-strings -- "$2" /mnt/result.txt
    local found=$?
    umount /mnt
    return "$found"
}
no_result() {
    mount -o ro "$(disk_of "$1")" /mnt || return 1
    local found=1
    [ -e /mnt/result.txt ] || found=0
    umount /mnt
    return "$found"
}
unmounted() { ! grep --quiet "^$(disk_of "$1") " /proc/mounts; }
property() { udevadm info --query=property "$1" | grep --quiet --fixed-strings -- "$2"; }
said() { grep --quiet --fixed-strings -- "$1" /tmp/said; }

check "stick: the rule is well formed" udevadm verify --no-style $job/udev/62-appliance-stick.rules
mkdir --parents /etc/udev/rules.d
cp $job/udev/62-appliance-stick.rules /etc/udev/rules.d/
# These disks are no USB; the first two are said to be.
cat >/etc/udev/rules.d/61-pretend.rules <<'RULES'
ENV{ID_SERIAL}=="good|exfat|foreign", ENV{ID_BUS}="usb"
RULES
mkfs.ext4 -q "$(disk_of foreign)"
udevadm control --reload
udevadm trigger --settle --subsystem-match=block
check "stick: a FAT stick at USB starts the unit" property "$(disk_of good)" "SYSTEMD_WANTS=appliance-stick@$(basename "$(disk_of good)").service"
check "stick: so does exFAT" property "$(disk_of exfat)" SYSTEMD_WANTS=appliance-stick@
check "stick: a disk inside the machine does not" sh -c '! udevadm info --query=property '"$(disk_of other)"' | grep SYSTEMD_WANTS'
check "stick: another file system does not" sh -c '! udevadm info --query=property '"$(disk_of foreign)"' | grep SYSTEMD_WANTS'

check "stick: one without our file and label is left alone" apply 0 private
check "stick: and not written to" no_result private
check "stick: one with our label and no file is refused" apply 1 empty
check "stick: and told so" result empty "appliance.toml is missing"
check "stick: a broken file system is refused" apply 1 broken
check "stick: another file system is refused" apply 1 foreign
check "stick: with words" said "FAT or exFAT"
check "stick: nothing was taken so far" test ! -e $etc/appliance.toml

check "stick: a fresh node takes its stick" apply 0 good
check "stick: and says so on it" result good "ACCEPTED"
check "stick: the files are those of the stick" sh -c "for f in appliance.toml cluster.key node ssh/authorized_keys; do cmp $job/sticks/pbx-a/\$f $etc/\$f || exit 1; done"
check "stick: the key is root's alone" sh -c "[ \$(stat --format=%a $etc/cluster.key) = 600 ]"
check "stick: no mount is left behind" unmounted good
check "stick: the same one again changes nothing" apply 0 good
check "stick: and says that" result good "ALREADY APPLIED"
check "stick: the other node's is refused" apply 1 other
check "stick: and told so" result other "the other stick belongs here"
cp --recursive $etc /tmp/before
check "stick: a broken one changes nothing on a configured node" sh -c "! $job/appliance stick apply $(disk_of broken) --directory $etc --no-restart && diff --recursive /tmp/before $etc"

# exFAT, changed and signed by the same key, on a stick that cannot be written.
mount "$(disk_of exfat)" /mnt
cp --recursive $job/sticks/pbx-a/. /mnt/
sed --in-place 's/"600ms"/"700ms"/' /mnt/appliance.toml
check "stick: a change is signed" $job/appliance stick sign /mnt
umount /mnt
blockdev --setro "$(disk_of exfat)"
check "stick: a write-protected exFAT stick is taken" apply 0 exfat
check "stick: and the journal says that it could not be written" said "what was decided stays"
check "stick: it is in force" grep --quiet 700ms $etc/appliance.toml
check "stick: the older one does not come back" apply 1 good
check "stick: and says why" result good "does not bring back old settings"
check "stick: what is in force stays" grep --quiet 700ms $etc/appliance.toml
exit 0
