# What the image's units and settings promise, without a machine; the boot jobs ask the running image as well. Each rule is tried on the
# opposite, too. Sourced by run.sh.

# score FILE: what systemd-analyze security gives the unit; 0 is best.
score() {
    systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null | grep --only-matching --perl-regexp ': \K[0-9.]+' | tail --lines=1
}

# is_held FILE CEILING
is_held() { awk "BEGIN { exit !($(score "$1") <= $2) }"; }

job_units() {
    local file unit ceiling
    for file in systemd/*.service systemd/image/root/usr/lib/systemd/system/*.service; do
        unit="$(basename "$file" | sed 's/@\.service/@x.service/')"
        ceiling="$(awk --assign unit="$unit" '$1 == unit { print $2 }' "$here/security-ceilings")"
        if [ -z "$ceiling" ]; then
            fail "units: $unit has no line in tests/Image/security-ceilings"
        else
            check "units: $unit is held to $ceiling (it has $(score "$PWD/$file"))" is_held "$PWD/$file" "$ceiling"
        fi
    done
    while read -r unit _; do
        check "units: $unit in the list of scores is one of ours" \
            test -e "systemd/${unit/@x./@.}" -o -e "systemd/image/root/usr/lib/systemd/system/$unit"
    done < <(grep --invert-match '^#' "$here/security-ceilings")
    mkdir --parents "$place/units"
    sed '/^\(Protect\|Private\|Restrict\|Capability\|SystemCall\|NoNew\|Lock\|User\|Dynamic\)/d' systemd/appliance-witness.service \
        >"$place/units/appliance-witness.service"
    if is_held "$place/units/appliance-witness.service" 3.0; then fail "units: a unit that loses its hardening is caught"
    else pass "units: a unit that loses its hardening is caught"; fi
    presets
    journal
}

# preset_of UNIT [SED]: what becomes of it in an image with our presets, changed by a sed expression.
preset_of() {
    local root="$place/preset"
    rm --recursive --force "$root"
    mkdir --parents "$root/usr/lib/systemd/system" "$root/usr/lib/systemd/system-preset" "$root/etc"
    printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >"$root/usr/lib/systemd/system/$1"
    sed "${2:-}" systemd/image/root/usr/lib/systemd/system-preset/10-appliance.preset >"$root/usr/lib/systemd/system-preset/10-appliance.preset"
    systemctl --root="$root" preset --quiet "$1"
    systemctl --root="$root" is-enabled "$1" || true
}

presets() {
    local unit
    for unit in mariadb asterisk dahdi nftables appliance-witness; do
        check "units: $unit is not started by the distribution" test "$(preset_of "$unit.service")" = disabled
    done
    for unit in appliance-agent appliance-network appliance-boot-ok systemd-networkd ssh; do
        check "units: $unit is" test "$(preset_of "$unit.service")" = enabled
    done
    check "units: a preset that forgets the database is caught" test "$(preset_of mariadb.service '/mariadb/d')" = enabled
}

# keeps_journal ROOT: persistent, bounded, and below /var, which is the data partition's and never the replica's.
keeps_journal() {
    local said
    said="$(systemd-analyze --root="$1" cat-config systemd/journald.conf)"
    grep --quiet --line-regexp Storage=persistent <<<"$said" && grep --quiet --extended-regexp '^SystemMaxUse=[0-9]+M$' <<<"$said" \
        && ! grep --recursive --extended-regexp '/var/log|/var/?["$ ]' "$1/usr/lib/systemd/system" --include='*.mount'
}

journal() {
    local root="$place/journal"
    check "units: the journal is kept over a restart, and bounded" keeps_journal "$PWD/systemd/image/root"
    cp --recursive systemd/image/root "$root"
    sed --in-place '/^SystemMaxUse/d' "$root/etc/systemd/journald.conf.d/appliance.conf"
    if keeps_journal "$root" >/dev/null; then fail "units: a journal without bound is caught"; else pass "units: a journal without bound is caught"; fi
}
