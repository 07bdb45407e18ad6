# The node's root file system: Debian's part, the package, what systemd/image/root adds, /var set aside. Leaves root.squashfs, vmlinuz
# and initrd.img in $WORK/parts.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# In a mount namespace of its own, so that no mount stays behind whatever happens.
[ -n "${IN_NAMESPACE:-}" ] || IN_NAMESPACE=1 exec unshare --mount --propagation private bash "${BASH_SOURCE[0]}"

root="$WORK/root"
epoch="$(lock_value epoch)"

lay_over() {
    mkdir "$root" "$WORK/upper" "$WORK/overlay" "$WORK/parts"
    mount --types overlay appliance-image --options "lowerdir=$(cat "$WORK/base")/root,upperdir=$WORK/upper,workdir=$WORK/overlay" "$root"
}

# No service is started by a package here.
add_package() {
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 0755 "$root/usr/sbin/policy-rc.d"
    cp "$WORK"/appliance_*.deb "$root/tmp/appliance.deb"
    in_root "$root" dpkg --force-unsafe-io --install /tmp/appliance.deb
    rm "$root/usr/sbin/policy-rc.d" "$root/tmp/appliance.deb"
}

add_files() {
    cp --recursive --no-preserve=ownership,timestamps "$image/root/." "$root/"
    chmod 0755 "$root"/usr/lib/appliance/{seed-var,identity,database,ready,forget-replica,own-address}
    install --mode=0644 /dev/stdin "$root/usr/lib/appliance/release" <<RELEASE
version=$VERSION
arch=amd64
built=$epoch
RELEASE
    cp "$root/usr/lib/appliance/release" "$WORK/parts/"
    mkdir --parents "$root/usr/lib/appliance/update-keys"
    [ -z "$SIGN_KEY" ] || openssl pkey -in "$SIGN_KEY" -pubout -out "$root/usr/lib/appliance/update-keys/build.pub"
}

# What the cluster decides is not started by the distribution; what needs a writable /etc is not started at all.
choose_units() {
    local unit known=()
    while read -r unit; do
        [ ! -e "$root/usr/lib/systemd/system/${unit/@*./@.}" ] || known+=("$unit")
    done < <(sed --quiet 's/^\(enable\|disable\) //p' "$image/root/usr/lib/systemd/system-preset/10-appliance.preset")
    in_root "$root" systemctl preset --quiet "${known[@]}"
    in_root "$root" systemctl mask --quiet \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
        sshd-keygen.service systemd-networkd-wait-online.service systemd-firstboot.service systemd-machine-id-commit.service \
        systemd-update-done.service ldconfig.service systemd-hwdb-update.service systemd-journal-catalog-update.service \
        systemd-sysusers.service logd.service x11-common.service systemd-rfkill.socket
    # What writes into /etc at every boot: it is all there.
    rm --force "$root"/usr/lib/tmpfiles.d/{20-systemd-stub,appliance,credstore,provision,x11}.conf
    sed --in-place '\|/etc/|d' "$root/usr/lib/tmpfiles.d/debian.conf"
    in_root "$root" systemctl set-default --quiet multi-user.target
}

settle_etc() {
    printf 'appliance\n' >"$root/etc/hostname"
    printf '127.0.0.1 localhost appliance\n::1 localhost ip6-localhost ip6-loopback\n' >"$root/etc/hosts"
    : >"$root/etc/machine-id"
    rm --recursive --force "$root/etc/appliance" "$root"/etc/ssh/ssh_host_* \
        "$root"/etc/{passwd,group,shadow,gshadow}- "$root/etc/.pwd.lock" "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/*
    ln --symbolic /var/lib/appliance/etc "$root/etc/appliance"
    ln --symbolic --force ../proc/self/mounts "$root/etc/mtab"
    ln --symbolic --force ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
    sed --in-place 's|^root:[^:]*:|root:*:|' "$root/etc/shadow"
    sed --in-place 's|^\(root:[^:]*:0:0:[^:]*:\)[^:]*:|\1/var/lib/appliance/root:|' "$root/etc/passwd"
    # The jail reads what this writes.
    [ ! -e "$root/etc/asterisk/logger.conf" ] \
        || sed --in-place 's/^\[logfiles\]$/&\nsecurity.log => security/' "$root/etc/asterisk/logger.conf"
    # Telephones and the agent's probe are heard; without a transport Asterisk would listen to nobody.
    [ ! -e "$root/etc/asterisk/pjsip.conf" ] \
        || printf '\n[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5060\n' >>"$root/etc/asterisk/pjsip.conf"
    mkdir --parents "$root"/srv/{appliance,data} "$root/boot"
}

# Asterisk parses 1.6 MB of help texts at every start, half of its start time. Of those it needs the ones of configuration options.
trim_documentation() {
    local file="$root/usr/share/asterisk/documentation/core-en_US.xml" parts='(module|application|function|manager|managerEvent|agi|info)'
    [ -e "$file" ] || return 0
    in_root "$root" gawk --assign begin="^\t?<$parts[ >]" --assign end="^\t?</$parts>" \
        '$0 ~ begin { skip = 1 } !skip { print } $0 ~ end { skip = 0 }' "${file#"$root"}" >"$WORK/documentation.xml"
    cp --no-preserve=mode "$WORK/documentation.xml" "$file"
}

make_initrd() {
    local version
    version="$(basename "$root"/usr/lib/modules/*)"
    in_root "$root" depmod "$version"
    in_root "$root" update-initramfs -c -k "$version"
    mv "$root/boot/initrd.img-$version" "$WORK/parts/initrd.img"
    cp "$root/boot/vmlinuz-$version" "$WORK/parts/vmlinuz"
    rm --recursive --force "${root:?}"/boot/*
    rm --force "$root"/{vmlinuz,initrd.img}{,.old}
}

# /var is on the data partition. It is filled from this at the first boot, and what a later version adds is added then.
set_var_aside() {
    local factory="$root/usr/share/factory/var"
    rm --recursive --force "$root"/var/lib/apt "$root"/var/lib/mysql/* "$root"/var/lib/dpkg/*-old "$root"/var/lib/systemd/* \
        "$root"/var/lib/dbus/machine-id "$root"/var/cache/{apt,debconf,ldconfig,man,dictionaries-common} "$root"/var/backups/* "$root"/var/lib/ucf/cache
    find "$root/var/log" -type f -exec rm --force {} +
    find "$root/var/lib/dpkg" -name lock\* -delete
    mkdir --parents "$root/var/lib/appliance"/{etc,ssh,root,mysql}
    chmod 0700 "$root/var/lib/appliance"/{ssh,root}
    # The list of packages is the image's, not the box's.
    mv "$root/var/lib/dpkg" "$root/usr/lib/appliance/dpkg"
    ln --symbolic ../../usr/lib/appliance/dpkg "$root/var/lib/dpkg"
    rm --recursive --force "$factory"
    mkdir --parents "$root/usr/share/factory"
    mv "$root/var" "$factory"
    # What is looked for before /var is mounted.
    mkdir --parents "$root"/var/{lib,log,cache,spool,tmp}
    chmod 1777 "$root/var/tmp"
    ln --symbolic /run "$root/var/run"
    ln --symbolic /run/lock "$root/var/lock"
}

pack() {
    rm --recursive --force "${root:?}"/tmp/* "$root"/run/* "$root"/usr/share/{gtk-doc,bug,lintian} "$root/root"/.??*
    find "$root/dev" "$root/proc" "$root/sys" -mindepth 1 -delete
    # Times later than the lock's are those of this build: one moment for all of them.
    in_tools mksquashfs "/host$root" "/host$WORK/parts/root.squashfs" -comp zstd -Xcompression-level 15 -b 256K \
        -no-progress -noappend -no-exports -quiet
}

lay_over
add_package
add_files
choose_units
settle_etc
trim_documentation
say "making the initramfs"
make_initrd
set_var_aside
say "packing the root file system"
pack
touch --date="@$epoch" "$WORK"/parts/*
say "MiB: $(cd "$WORK/parts" && du --apparent-size --block-size=1M root.squashfs initrd.img vmlinuz | awk '{ print $2 " " $1 }' | paste --serial)"
