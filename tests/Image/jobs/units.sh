# Each unit's score, without a machine. The boot jobs ask the running image as well. Sourced by run.sh.

job_units() {
    local file unit ceiling score
    for file in systemd/*.service systemd/image/root/usr/lib/systemd/system/*.service; do
        unit="$(basename "$file" | sed 's/@\.service/@x.service/')"
        ceiling="$(awk --assign unit="$unit" '$1 == unit { print $2 }' "$here/security-ceilings")"
        score="$(systemd-analyze security --offline=true --no-pager "$PWD/$file" 2>/dev/null | grep --only-matching --perl-regexp ': \K[0-9.]+' | tail --lines=1)"
        if [ -z "$ceiling" ]; then
            fail "units: $unit has no line in tests/Image/security-ceilings"
        else
            check "units: $unit is held to $ceiling (it has ${score:-none})" awk "BEGIN { exit !(${score:-11} <= $ceiling) }"
        fi
    done
}
