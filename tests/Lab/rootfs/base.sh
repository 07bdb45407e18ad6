#!/bin/bash
# Builds the nodes' Debian 13 with systemd and MariaDB, once, and prints its directory. Asterisk lies over it as a layer (layer.sh).

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mirror="$(debian_mirror)"
security="$(debian_security_mirror)"

packages=(
    systemd systemd-sysv dbus udev procps psmisc less nano-tiny ca-certificates
    iproute2 iputils-ping iputils-arping nftables socat tcpdump ethtool
    mariadb-server libmariadb3
    resource-agents gawk
    e2fsprogs fuse3 nbdfuse util-linux
    stress-ng jq
)

# Runs in the finished tree, still without any service running.
finish() {
    cat <<'SCRIPT'
set -Eeuo pipefail
# The cluster decides what serves. A database started by the distribution is the classic boot-order race.
systemctl disable --quiet mariadb.service
# Comes with the OCF agents and belongs to Heartbeat, which has a layer of its own.
[ ! -e /usr/lib/systemd/system/logd.service ] || systemctl disable --quiet logd.service
# Noise and slow starts that a headless test node does not need.
systemctl mask --quiet getty.target console-getty.service systemd-networkd.service systemd-resolved.service \
    systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer man-db.timer cron.service systemd-firstboot.service systemd-udevd.service systemd-udevd-control.socket \
    systemd-udevd-kernel.socket systemd-udev-trigger.service systemd-pcrextend.socket systemd-logind.service
: >/etc/machine-id
rm --force /etc/hostname /usr/sbin/policy-rc.d
rm --recursive --force /var/lib/apt/lists/* /var/cache/apt/*.bin
SCRIPT
}

build() {
    local target="$1" script
    require_host_packages mmdebstrap debian-archive-keyring
    say "building the nodes' Debian $suite, about a minute and a half; log: $cache/base-build.log"
    script="$(mktemp)"
    finish >"$script"
    mmdebstrap --variant=important --format=directory --quiet \
        --include="$(IFS=,; printf '%s' "${packages[*]}")" \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt='force-unsafe-io' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook="upload '$script' /finish.sh" \
        --customize-hook='chroot "$1" bash /finish.sh' \
        --customize-hook='rm "$1/finish.sh"' \
        "$suite" "$target/root" \
        "deb $mirror $suite main" \
        "deb $mirror $suite-updates main" \
        "deb $security $suite-security main" \
        >"$cache/base-build.log" 2>&1 || { tail --lines=40 "$cache/base-build.log" >&2; rm --force "$script"; return 1; }
    rm --force "$script"
}

require_root
name="base-$(content_key base.sh)"
build_once "$name" build
printf '%s\n' "$cache/$name"
