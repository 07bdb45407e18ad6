# A replica's partition with an ext4 in it: found by its label, not by what is in it. Needs an empty second disk.
. /rig/guest/checks.sh
disk="$(disk_of udev)"
check "udev: the rules are well formed" udevadm verify --no-style /rig/job/udev/61-appliance-replica.rules
mkdir --parents /etc/udev/rules.d
cp /rig/job/udev/*.rules /etc/udev/rules.d/
udevadm control --reload
printf 'label: gpt\nname=appliance-data,size=32M\nname=other,size=16M\n' | sfdisk --quiet "$disk"
udevadm settle
mkfs.ext4 -q -U 11111111-2222-3333-4444-555555555555 -L ours "${disk}1"
mkfs.ext4 -q -U 66666666-2222-3333-4444-555555555555 -L theirs "${disk}2"
udevadm trigger --settle "${disk}1" "${disk}2"
check "udev: found by its partition label" test -b /dev/disk/by-partlabel/appliance-data
check "udev: not found by the UUID in it" test ! -e /dev/disk/by-uuid/11111111-2222-3333-4444-555555555555
check "udev: not found by the label in it" test ! -e /dev/disk/by-label/ours
check "udev: nobody is told that it is an ext4" sh -c 'udevadm info --query=property '"${disk}1"' | grep --quiet --line-regexp ID_FS_TYPE=appliance-replica'
check "udev: another partition is left alone" test -b /dev/disk/by-uuid/66666666-2222-3333-4444-555555555555
exit 0
