# Debian's part of the node: the locked packages, unpacked and configured, nothing of ours in it. By the tools' own mmdebstrap.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Drivers of hardware that no telephone box has. Network cards, disks, USB, serial ports, watchdogs, LEDs, GPIO and I2C stay.
excluded=(gpu media net/wireless infiniband iio sound isdn staging input/touchscreen input/joystick scsi/qla2xxx scsi/lpfc bluetooth
    net/ethernet/mellanox net/ethernet/chelsio net/ethernet/netronome net/ethernet/cavium net/ethernet/qlogic net/ethernet/sfc)

make_base() {
    local place="$1" from="$WORK/root-repository" directory options=()
    repository root "$from"
    say "unpacking Debian's packages, one to two minutes"
    for directory in "${excluded[@]}"; do options+=("--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/drivers/$directory/*"); done
    options+=("--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/sound/*" "--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/net/bluetooth/*"
        "--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/net/wireless/*" "--dpkgopt=path-exclude=/usr/lib/modules/*/kernel/net/mac80211/*")
    in_tools mmdebstrap --variant=essential --mode=root --format=directory \
        --include="$(lock_lines root | cut --fields=2 | paste --serial --delimiters=,)" \
        --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' --dpkgopt='force-unsafe-io' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/lintian/*' "${options[@]}" \
        --essential-hook="sh '/host$steps/accounts.sh' \"\$1\" '/host$image/accounts'" \
        "$SUITE" "/host$place/root" "deb [trusted=yes] copy:///host$from ./"
    dpkg-query --admindir="$place/root/var/lib/dpkg" --show --showformat='${Package}\t${Version}\t${Architecture}\n' \
        | sort >"$WORK/installed"
    lock_lines root | cut --fields=2,3,4 | sort | diff - "$WORK/installed" || die "what was installed is not what the lock says (see above)"
    # Whoever has a number that depends on the order of unpacking has another one in the next version.
    known user passwd 100 && known group group 101 || die "a package made an account of its own (see above): give it a number there"
}

# known user|group FILE FIRST: whether everybody in it from that number on is in the list of accounts.
known() {
    awk --field-separator=: --assign kind="$1" --assign first="$3" '
        NR == FNR { split($0, word, " "); if (word[1] == kind) known[word[2]] = word[3]; next }
        $3 >= first && $3 < 65000 && known[$1] != $3 { print kind " " $1 " " $3 " is not in systemd/image/accounts"; bad = 1 }
        END { exit bad }' "$image/accounts" "$place/root/etc/$2"
}

inputs() {
    lock_lines root | cut --fields=5
    lock_lines tools | cut --fields=5
    lock_value epoch
    cat "${BASH_SOURCE[0]}" "$steps/accounts.sh" "$image/accounts"
}

name="base-$(inputs | key_of)"
build_once "$name" make_base
echo "$CACHE/$name" >"$WORK/base"
