# The group's services, started by hand as the agent does it.
expect "$which: MariaDB starts" systemctl start mariadb
expect "$which: MariaDB answers" mariadb -e 'select 1'
if [ -e /usr/sbin/asterisk ]; then
    expect "$which: Asterisk starts" systemctl start asterisk
    expect "$which: Asterisk answers" asterisk -rx 'core show version'
    for module in chan_dahdi res_odbc res_config_mysql; do
        expect "$which: Asterisk has $module" test -e /usr/lib/x86_64-linux-gnu/asterisk/modules/$module.so
    done
    expect "$which: the kernel has DAHDI" modprobe dahdi
    expect "$which: ODBC knows MariaDB" sh -c 'odbcinst -q -d | grep -qi mariadb'
    systemctl stop asterisk
fi
systemctl stop mariadb
while read -r unit ceiling; do
    case "$unit" in "#"* | "") continue ;; esac
    score="$(systemd-analyze security --no-pager "$unit" 2>/dev/null | sed -n 's/.*: \([0-9.]*\) .*/\1/p' | tail -n 1)"
    expect "$which: $unit has a security score of at most $ceiling (it has ${score:-none})" awk "BEGIN { exit !(${score:-11} <= $ceiling) }"
done <<'CEILINGS'
@CEILINGS@
CEILINGS
