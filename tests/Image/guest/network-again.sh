# The next start with that file: names, addresses and rules are there before anything is up.
expect "$which: the cards have their own names" own_names
for one in "lan0 192.168.7.241/24" "lan0 fd07::241/64" "voice 10.20.0.1/16"; do
    # shellcheck disable=SC2086 # two words
    expect "$which: ${one% *} has ${one#* }" until_true 60 has_address $one
done
networkctl reconfigure office
expect "$which: DHCP gives the address" until_true 90 has_address office 10.30.0.50/24
stray="$(card 52:54:00:4e:00:04)"
expect "$which: the card that is not named has no address" none ip -oneline address show dev "$stray"
expect "$which: and has asked nobody" none grep far-stray $work/asked
expect "$which: the rules were in force before networkd ran" sh -c 'test "$(systemctl show --property=ExecMainExitTimestampMonotonic --value appliance-network)" \
    -le "$(systemctl show --property=ExecMainStartTimestampMonotonic --value systemd-networkd)"'
doors "from outside" <<DOORS
open   ssh-lan-2 tcp 192.168.7.241 22
open   sip-lan-2 udp 192.168.7.241 5060
closed mysql-lan-2 tcp 192.168.7.241 3306
closed heartbeat-lan-2 udp 192.168.7.241 694
DOORS
