#!/bin/bash
# First program of the virtual machine once its root is there: runs /rig/job/run.sh, leaves its exit code in /rig/out/status, ends the
# machine. /rig is the folder that the host shares.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
mount -t tmpfs -o mode=0755 none /run
mount -t tmpfs none /tmp
mkdir --parents /dev/pts /dev/shm /run/appliance /run/lock
ln --symbolic --force /proc/self/fd /dev/fd
mount -t devpts none /dev/pts
mount -t tmpfs none /dev/shm
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null
hostname "$(sed --quiet 's/.*appliance.host=\([^ ]*\).*/\1/p' /proc/cmdline)"
ip link set lo up
/usr/lib/systemd/systemd-udevd --daemon 2>/dev/null && udevadm trigger
for _ in 1 2 3 4 5 6; do udevadm settle --timeout=30 2>/dev/null && break; done # The daemon of a starved machine answers late.
echo "guest: $(uname --kernel-release) up after $(cut --delimiter=' ' --fields=1 /proc/uptime) s"
cd /rig
bash /rig/job/run.sh >/rig/out/log 2>&1
echo $? >/rig/out/status
sync --file-system /rig 2>/dev/null
echo "guest: done"
echo o >/proc/sysrq-trigger; sleep 10
