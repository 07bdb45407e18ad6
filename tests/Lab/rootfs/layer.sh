#!/bin/bash
# layer.sh pbx|heartbeat|pacemaker: builds one layer over the nodes' Debian, once, and prints the directories from the top
# down, joined by colons, as overlayfs wants them in lowerdir=.
#   pbx        Asterisk with a chosen set of modules, and the settings both services need for a quick and durable start
#   heartbeat  the pbx layer and Debian's Heartbeat 3.0.6, for the comparison (bookworm is the last Debian that has it)
#   pacemaker  the pbx layer and trixie's Pacemaker and Corosync, for the comparison

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_pbx() {
    local root="$1"
    mkdir --parents "$root/tmp/debs"
    cp "$asterisk"/{asterisk,asterisk-modules,asterisk-config}_*.deb "$root/tmp/debs/"
    in_root "$root" sh -c 'apt-get --quiet=2 install --yes --no-install-recommends /tmp/debs/*.deb'
    rm --recursive "$root/tmp/debs"
    in_root "$root" systemctl disable --quiet asterisk.service
    cp --recursive --no-preserve=mode "$rootfs_dir/pbx/etc" "$root/"
    trim_documentation "$root" /usr/share/asterisk/documentation/core-en_US.xml
    # Without a key of its own MariaDB makes a fresh RSA key at every start, which costs 0.2 to 0.6 s of each takeover.
    in_root "$root" openssl req -quiet -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 36500 -subj /CN=pbx \
        -keyout /etc/mysql/server.key -out /etc/mysql/server.crt
    in_root "$root" chown mysql: /etc/mysql/server.key
    # The client's table. bootstrap runs the statements without a server that would have to be stopped again.
    in_root "$root" mariadbd --bootstrap --user=mysql <"$rootfs_dir/pbx/probe.sql"
}

# Asterisk parses 1.6 MB of help texts at every start, half of its start time. It needs those of the configuration options
# (it refuses options without one); the help of applications and functions is for people who write dial plans elsewhere.
trim_documentation() {
    local root="$1" file="$2" parts='(module|application|function|manager|managerEvent|agi|info)'
    in_root "$root" gawk --assign begin="^\t?<$parts[ >]" --assign end="^\t?</$parts>" '
        $0 ~ begin { skip = 1 }
        !skip { print }
        $0 ~ end { skip = 0 }' "$file" >"$root$file.new"
    mv "$root$file.new" "$root$file"
}

install_heartbeat() {
    local root="$1"
    printf 'deb %s bookworm main\n' "$mirror" >"$root/etc/apt/sources.list.d/bookworm.list"
    # Only what trixie has not got may come from bookworm.
    printf 'Package: *\nPin: release n=bookworm\nPin-Priority: 100\n' >"$root/etc/apt/preferences.d/bookworm"
    in_root "$root" apt-get --quiet=2 update
    in_root "$root" apt-get --quiet=2 install --yes --no-install-recommends heartbeat
    in_root "$root" systemctl disable --quiet heartbeat.service
}

install_pacemaker() {
    local root="$1"
    in_root "$root" apt-get --quiet=2 install --yes --no-install-recommends pacemaker corosync pacemaker-cli-utils
    in_root "$root" systemctl disable --quiet corosync.service pacemaker.service
}

# Runs a command in the tree with what package scripts expect, and without starting any service.
in_root() {
    local root="$1"
    shift
    unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" -- chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 "$@"
}

# What the install step changes in an overlay over the layers below is the new layer.
build() {
    local target="$1" merged="$1/merged" failed
    mkdir "$target/root" "$target/work" "$merged"
    mount --types overlay appliance-layer --options "lowerdir=$below,upperdir=$target/root,workdir=$target/work" "$merged"
    printf '#!/bin/sh\nexit 101\n' >"$merged/usr/sbin/policy-rc.d"
    chmod 0755 "$merged/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$merged/etc/resolv.conf"
    say "building layer $layer; log: $cache/$layer-build.log"
    # bash ignores a failing step inside "a || b"; a subshell with its own -e does not.
    set +e
    (set -e; in_root "$merged" apt-get --quiet=2 update; "install_$layer" "$merged") >"$cache/$layer-build.log" 2>&1
    failed=$?
    set -e
    rm --force "$merged/usr/sbin/policy-rc.d" "$merged/etc/resolv.conf"
    rm --recursive --force "$merged"/var/lib/apt/lists/* "$merged"/var/cache/apt/*
    umount "$merged"
    rm --recursive --force "$target/work" "$merged"
    [ "$failed" -eq 0 ] || { tail --lines=40 "$cache/$layer-build.log" >&2; return 1; }
}

require_root
# In a mount namespace of its own, so that no mount stays behind whatever happens.
[ -n "${APPLIANCE_LAYER_NAMESPACE:-}" ] || APPLIANCE_LAYER_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
layer="${1:-pbx}"
mirror="$(debian_mirror)"
case "$layer" in
pbx)
    asterisk="$("$rootfs_dir/asterisk.sh")"
    base="$("$rootfs_dir/base.sh")"
    below="$base/root"
    inputs=(layer.sh pbx)
    parents="$asterisk $base"
    ;;
heartbeat | pacemaker)
    below="$("$rootfs_dir/layer.sh" pbx)"
    inputs=(layer.sh)
    parents="$below"
    ;;
*) die "there is no layer \"$layer\"; there are pbx, heartbeat and pacemaker" ;;
esac

name="$layer-$( (content_key "${inputs[@]}" && printf '%s' "$parents") | sha256sum | cut --characters=1-12)"
build_once "$name" build
printf '%s:%s\n' "$cache/$name/root" "$below"
