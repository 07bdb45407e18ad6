#!/bin/bash
# Installs the Debian packages that the tests need on this machine; quick when they are there. Needs root only when one is missing.
set -Eeuo pipefail

packages=(acl attr chromium-headless-shell curl debian-archive-keyring dosfstools drbd-utils e2fsprogs exfatprogs faketime fence-agents
    fio gcc grub-common ipmitool iproute2 iputils-ping jq kmod libc6-dev libcurl4 libmariadb3 libmicrohttpd12 libnbd-bin libusb-1.0-0
    lintian mmdebstrap mtools nbdkit nftables openipmi openssl ovmf python3 python3-libnbd qemu-system-x86 qemu-utils resource-agents
    snmp snmpd socat squashfs-tools systemd-container util-linux xfsprogs)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query --showformat='${db:Status-Status}' --show "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
[ "$(id --user)" = 0 ] || { echo "missing: ${missing[*]} (apt install them)" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2 || echo "the package lists could not be renewed; trying with the old ones" >&2
apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}"
