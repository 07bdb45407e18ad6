#!/bin/busybox sh
# First program of the virtual machine (initramfs): the read-only image below, a tmpfs above it, then the guest's own first program.
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
/bin/busybox mount -t devtmpfs none /dev
if /bin/busybox grep -q appliance.probe /proc/cmdline; then echo probe-ok; echo o >/proc/sysrq-trigger; /bin/busybox sleep 10; fi
for module in /lib/modules/*.ko; do /bin/busybox insmod "$module" || echo "early: cannot load $module"; done
tries=0
while [ ! -b /dev/vda ] && [ "$tries" -lt 100 ]; do /bin/busybox sleep 0.05; tries=$((tries + 1)); done
/bin/busybox mount -t ext4 -o ro,noload /dev/vda /base || /bin/busybox mount -t ext4 -o ro /dev/vda /base
/bin/busybox mount -t tmpfs -o size=60% none /top
/bin/busybox mkdir /top/upper /top/work
/bin/busybox mount -t overlay -o lowerdir=/base,upperdir=/top/upper,workdir=/top/work none /new
/bin/busybox mount -o move /dev /new/dev
/bin/busybox mount -o move /proc /new/proc
/bin/busybox mount -o move /sys /new/sys
exec /bin/busybox switch_root /new /usr/bin/bash -c '
    modprobe --all 9pnet_virtio 9p 2>/dev/null
    mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 rig /rig && exec /bin/bash /rig/guest/init.sh
    echo "the rig is not there"; exec poweroff -f'
