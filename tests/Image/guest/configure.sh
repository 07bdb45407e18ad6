# A configuration that makes the agent start: this node, a peer that is not there, a link over the first wire.
wire="$(ls /sys/class/net | grep -v '^lo$' | head -n 1)"
echo appliance-a >/etc/appliance/node
head -c 32 /dev/urandom | base64 >/etc/appliance/cluster.key
chmod 0600 /etc/appliance/cluster.key
cat >/etc/appliance/appliance.toml <<TOML
[cluster]
name = "image-test"
key-file = "/etc/appliance/cluster.key"
[[node]]
name = "appliance-a"
[[node]]
name = "appliance-b"
[heartbeat]
keepalive = "1s"
warntime = "5s"
deadtime = "20s"
[[heartbeat.link]]
name = "lan"
type = "udp"
interface = "$wire"
address = { appliance-a = "10.0.2.15", appliance-b = "10.0.2.16" }
[[ping]]
address = "10.0.2.2"
[[group]]
name = "pbx"
  [[group.resource]]
  name = "vip"
  type = "ip"
  address = "10.0.2.100/24"
  interface = "$wire"
TOML
expect "$which: the configuration is one" appliance config check /etc/appliance/appliance.toml
sync
