# A node without configuration, then one with all that [network] and [firewall] know, then a configuration that changes while it runs.
cable="$(card 52:54:00:4e:00:02)" stray="$(card 52:54:00:4e:00:04)"
networkctl reconfigure "$stray"
expect "$which: without a configuration every card asks for an address" until_true 60 has_address "$stray" 10.40.0.50/24
echo near >/etc/appliance/node
echo "1 hmac-sha256 $(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >/etc/appliance/cluster.key
chmod 0600 /etc/appliance/cluster.key
cat >/etc/appliance/appliance.toml <<TOML
[cluster]
name = "network-test"
key-file = "/etc/appliance/cluster.key"
[[node]]
name = "near"
[[node]]
name = "far"
[heartbeat]
keepalive = "1s"
warntime = "5s"
deadtime = "20s"
[[heartbeat.link]]
name = "cable"
type = "udp"
interface = "$cable"
address = { near = "10.1.1.1", far = "10.1.1.2" }
[[ping]]
address = "192.168.7.1"
[[group]]
name = "pbx"
  [[group.resource]]
  name = "vip"
  type = "ip"
  address = "192.168.7.245/24"
  interface = "lan0"
[network]
[[network.interface]]
name = "lan0"
mac = { near = "52:54:00:4e:00:01", far = "52:54:00:4e:00:11" }
address = { near = "192.168.7.241/24", far = "192.168.7.242/24" }
gateway = "192.168.7.1"
ipv6 = "static"
ipv6-address = { near = "fd07::241/64", far = "fd07::242/64" }
[[network.interface]]
name = "$cable"
address = { near = "10.1.1.1/30", far = "10.1.1.2/30" }
[[network.interface]]
name = "office"
mac = { near = "52:54:00:4e:00:03", far = "52:54:00:4e:00:13" }
dhcp = true
[[network.interface]]
name = "voice"
vlan = { on = "lan0", id = 20 }
address = { near = "10.20.0.1/16", far = "10.20.0.2/16" }
[firewall]
[[firewall.open]]
service = "ssh"
from = ["192.168.7.0/24", "fd07::/64"]
[[firewall.open]]
service = "sip"
interfaces = ["voice", "lan0"]
[[firewall.open]]
service = "rtp"
ports = "16384-16390"
[[firewall.open]]
service = "iax"
interfaces = ["voice"]
[[firewall.open]]
service = "https"
interfaces = ["office"]
TOML
cp /etc/appliance/appliance.toml $work/without-replica
cat >>/etc/appliance/appliance.toml <<'TOML'
[replica.data]
disk = "/dev/disk/by-partlabel/appliance-data"
address = { near = "10.1.1.1:7788", far = "10.1.1.2:7788" }
TOML
expect "$which: the configuration is one" appliance config check /etc/appliance/appliance.toml
expect "$which: it is applied while the cards are in use" appliance network apply
expect "$which: a card has its own name" until_true 30 own_names
for one in "lan0 192.168.7.241/24" "lan0 fd07::241/64" "$cable 10.1.1.1/30" "voice 10.20.0.1/16"; do
    # shellcheck disable=SC2086 # two words
    expect "$which: ${one% *} has ${one#* }" until_true 60 has_address $one
done
expect "$which: the VLAN is tagged" sh -c 'ip -details link show voice | grep -q "vlan protocol 802.1Q id 20"'
expect "$which: a card with dhcp has its address from the server" until_true 90 has_address office 10.30.0.50/24
expect "$which: the way out is the router of the file" sh -c 'ip route show default | grep -q "via 192.168.7.1 dev lan0"'

# The card that nobody named: no address, no question. The other card's renewal comes behind whatever it would have asked.
quiet() { none ip -oneline address show dev "$stray"; }
expect "$which: a card that is not named has no address" until_true 30 quiet
expect "$which: and is switched off" sh -c 'ip link show "$0" | grep -q "state DOWN"' "$stray"
before="$(grep -c far-stray $work/asked)" renewed="$(grep -c far-office $work/asked)"
networkctl renew office
more() { [ "$(grep -c far-office $work/asked)" -gt "$renewed" ]; }
expect "$which: the server hears the card that asks" until_true 60 more
expect "$which: and not the one that is not named" is "$(grep -c far-stray $work/asked)" "$before"

doors "from outside" <<DOORS
open   heartbeat-cable udp 10.1.1.1 694
closed heartbeat-lan udp 192.168.7.241 694
closed heartbeat-lan-pretending udp 10.1.1.1 694 far-lan 10.1.1.2
closed heartbeat-voice udp 10.20.0.1 694
open   replica-cable tcp 10.1.1.1 7788
closed replica-lan tcp 192.168.7.241 7788
closed replica-lan-ipv6 tcp fd07::241 7788
closed replica-office tcp 10.30.0.50 7788
open   update-cable tcp 10.1.1.1 7794
closed update-lan tcp 192.168.7.241 7794
open   ssh-lan tcp 192.168.7.241 22
open   ssh-lan-ipv6 tcp fd07::241 22
closed ssh-cable tcp 10.1.1.1 22
closed ssh-voice tcp 10.20.0.1 22
closed ssh-office tcp 10.30.0.50 22
open   sip-lan udp 192.168.7.241 5060
open   sip-lan-tcp tcp 192.168.7.241 5060
open   sip-lan-ipv6 udp fd07::241 5060
open   sip-voice udp 10.20.0.1 5060
closed sip-cable udp 10.1.1.1 5060
closed sip-office udp 10.30.0.50 5060
open   rtp-lan udp 192.168.7.241 16384
open   rtp-office udp 10.30.0.50 16384
closed rtp-cable udp 10.1.1.1 16384
open   iax-voice udp 10.20.0.1 4569
closed iax-lan udp 192.168.7.241 4569
open   https-office tcp 10.30.0.50 443
closed https-lan tcp 192.168.7.241 443
closed mysql-lan tcp 192.168.7.241 3306
closed mysql-lan-ipv6 tcp fd07::241 3306
closed mysql-cable tcp 10.1.1.1 3306
closed other-lan udp 192.168.7.241 9999
closed other-lan-ipv6 udp fd07::241 5353
DOORS

# The file changes under a running agent.
cp $work/without-replica /etc/appliance/appliance.toml
systemctl start --no-block appliance-agent
answers() { appliance status --json | grep -q near; }
expect "$which: the agent runs" until_true 120 answers
sed -i '/^service = "iax"/i service = "http"\ninterfaces = ["lan0"]\n[[firewall.open]]' /etc/appliance/appliance.toml
expect "$which: config reload opens what the file opens" sh -c 'appliance config reload | tee /dev/stderr | grep -q "network and firewall are as the file says"'
expect "$which: the agent is back" until_true 60 answers
doors "after config reload" <<DOORS
closed telnet-lan tcp 192.168.7.241 8443
open   http-lan tcp 192.168.7.241 80
DOORS
# Rules that the kernel refuses: nft is one that says no. (Nothing below /run can be executed.)
rules="$(nft --stateless list table inet appliance)"
cp /etc/appliance/appliance.toml $work/good
sed -i -e '/^service = "iax"/i service = "other"\nprotocol = "tcp"\nports = "8443"\n[[firewall.open]]' -e 's/10.20.0/10.21.0/g' /etc/appliance/appliance.toml
printf '#!/bin/sh\ncat >/dev/null\necho "Error: not today" >&2\nexit 1\n' >/dev/shm/nft
chmod 0755 /dev/shm/nft
mount --bind /dev/shm/nft /usr/sbin/nft
pid="$(systemctl show --property=MainPID --value appliance-agent)"
started="$(cat /proc/$pid/stat | cut -d' ' -f22)"
expect "$which: rules that are refused: config reload says so" sh -c '! said=$(appliance config reload 2>&1) && echo "$said" | grep -q "nothing was changed: nft: Error: not today" || { echo "$said"; false; }'
umount /usr/sbin/nft
expect "$which: the old rules are in force" is "$(nft --stateless list table inet appliance)" "$rules"
expect "$which: the old addresses are there" has_address voice 10.20.0.1/16
expect "$which: the agent has not started anew" is "$(cat "/proc/$pid/stat" | cut -d' ' -f22) $(systemctl is-active appliance-agent)" "$started active"
cp $work/good /etc/appliance/appliance.toml
# Without [network] the node is as before it had one: as after a factory reset.
systemctl stop appliance-agent
sed '/^\[network\]/,$d' $work/good >/etc/appliance/appliance.toml
before="$(grep -c far-stray $work/asked)"
expect "$which: a file without the sections is applied" appliance network apply
asks() { [ "$(grep -c far-stray $work/asked)" -gt "$before" ]; }
all_ask() {
    until_true 90 asks && return
    { networkctl --no-pager list; ls /run/systemd/network; journalctl -u systemd-networkd --no-pager -o cat | tail -n 15; } | tr '\n' ';'
    false
}
expect "$which: then every card asks again" all_ask
expect "$which: and no rule of ours is left" sh -c '! nft list table inet appliance 2>/dev/null'
cp $work/good /etc/appliance/appliance.toml
sync
