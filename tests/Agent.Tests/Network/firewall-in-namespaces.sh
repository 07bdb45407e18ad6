#!/bin/bash
# A node, its peer on the cable, and a stranger on the LAN as network namespaces with real interfaces. Loads the rules with the published
# way (a transaction of nft) and says for each attempt whether it came through: lines "NAME open" or "NAME closed".
# Usage: firewall-in-namespaces.sh RULES ; needs root, ip, nft, socat.
set -Eeuo pipefail

rules="$1"
tag="ap-fw-$$"
node="$tag-n" peer="$tag-p" far="$tag-s"
place="$(mktemp --directory /tmp/appliance-firewall.XXXXXX)"
listeners=()

finish() {
    for listener in "${listeners[@]}"; do kill "$listener" 2>/dev/null || true; done
    for space in "$node" "$peer" "$far"; do ip netns delete "$space" 2>/dev/null || true; done
    rm --recursive --force "$place"
}
trap finish EXIT

for space in "$node" "$peer" "$far"; do ip netns add "$space"; ip -n "$space" link set lo up; done
# The peer has both the cable and the LAN; the stranger only the LAN, and pretends to be the peer's cable address there.
ip link add name eth1 netns "$node" type veth peer name eth1 netns "$peer"
ip link add name eth0 netns "$node" type veth peer name eth0 netns "$far"
# A third card, which [network] does not name, with somebody plugged in.
ip link add name eth9 netns "$node" type veth peer name eth9 netns "$far"
ip -n "$node" address add 172.16.9.1/24 dev eth9
ip -n "$far" address add 172.16.9.9/24 dev eth9
ip -n "$node" address add 10.1.1.1/30 dev eth1
ip -n "$peer" address add 10.1.1.2/30 dev eth1
ip -n "$node" address add 192.168.1.241/24 broadcast + dev eth0
ip -n "$far" address add 192.168.1.9/24 broadcast + dev eth0
ip -n "$far" address add 10.1.1.2/32 dev eth0
ip -n "$node" address add fd00::1/64 dev eth0 nodad
ip -n "$far" address add fd00::9/64 dev eth0 nodad
for end in "$node eth0" "$node eth1" "$peer eth1" "$far eth0" "$node eth9" "$far eth9"; do
    read -r space name <<<"$end"
    ip -n "$space" link set "$name" up
done
ip -n "$far" route add 10.1.1.1/32 via 192.168.1.241
ip -n "$far" route add 239.0.0.0/8 dev eth0
ip netns exec "$node" sysctl --quiet --write net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
# Somebody else's table, which must survive.
ip netns exec "$node" nft add table ip others
ip netns exec "$node" nft --file "$rules"
ip netns exec "$node" nft --file "$rules"
ip netns exec "$node" nft list tables | sort | sed 's/^/TABLE /'

# listen NAME ADDRESS: what arrives is kept.
listen() { ip netns exec "$node" socat -u "$2" "OPEN:$place/$1,creat,append" 2>/dev/null & listeners+=($!); }
listen cable-heartbeat UDP4-RECV:694,reuseaddr
listen sip-udp UDP4-RECV:5060,reuseaddr
listen rtp UDP4-RECV:16384,reuseaddr
listen other-udp UDP4-RECV:5353,reuseaddr
listen multicast "UDP4-RECV:695,reuseaddr,ip-add-membership=239.192.0.42:eth0"
listen ssh TCP4-LISTEN:22,reuseaddr,fork
listen ssh6 TCP6-LISTEN:22,ipv6only=1,reuseaddr,fork
listen replica TCP4-LISTEN:7788,reuseaddr,fork
listen mysql TCP4-LISTEN:3306,reuseaddr,fork
for _ in $(seq 100); do
    [ "$(ip netns exec "$node" ss --no-header --listening --numeric --udp --tcp | wc --lines)" -ge 9 ] && break
    sleep 0.1
done

# try NAME FILE NAMESPACE TARGET: sends the attempt's name until it is in the file. What is never answered is closed: said only after a
# packet that is open on the same interface has come through behind it.
try() {
    local name="$1" file="$place/$2" space="$3" target="$4" round
    for round in 1 2 3; do
        echo "$name" | timeout 2 ip netns exec "$space" socat -u - "$target" 2>/dev/null || true
        for _ in $(seq 10); do
            grep --quiet --line-regexp "$name" "$file" 2>/dev/null && { echo "$name open"; return; }
            sleep 0.05
        done
    done
    echo "$name closed"
}

try heartbeat-on-cable cable-heartbeat "$peer" UDP4-SENDTO:10.1.1.1:694
try heartbeat-on-lan cable-heartbeat "$far" UDP4-SENDTO:192.168.1.241:694
try heartbeat-forged-on-lan cable-heartbeat "$far" UDP4-SENDTO:10.1.1.1:694,bind=10.1.1.2
try multicast-on-lan multicast "$far" UDP4-SENDTO:239.192.0.42:695
try replica-on-cable replica "$peer" TCP4:10.1.1.1:7788,connect-timeout=1
try replica-on-lan replica "$far" TCP4:192.168.1.241:7788,connect-timeout=1
try ssh-on-lan ssh "$far" TCP4:192.168.1.241:22,connect-timeout=1
try ssh6-on-lan ssh6 "$far" TCP6:[fd00::1]:22,connect-timeout=1
try ssh-on-cable ssh "$peer" TCP4:10.1.1.1:22,connect-timeout=1
try sip-on-lan sip-udp "$far" UDP4-SENDTO:192.168.1.241:5060
try sip-on-cable sip-udp "$peer" UDP4-SENDTO:10.1.1.1:5060
try rtp-on-lan rtp "$far" UDP4-SENDTO:192.168.1.241:16384
try mysql-on-lan mysql "$far" TCP4:192.168.1.241:3306,connect-timeout=1
try other-on-lan other-udp "$far" UDP4-SENDTO:192.168.1.241:5353
try ssh-on-stray ssh "$far" TCP4:172.16.9.1:22,connect-timeout=1
ip netns exec "$far" ping -c 3 -W 2 -q 172.16.9.1 >/dev/null && echo "ping-on-stray open" || echo "ping-on-stray closed"
ip netns exec "$node" ping -c 3 -W 2 -q 172.16.9.9 >/dev/null && echo "answers-on-stray open" || echo "answers-on-stray closed"
ip netns exec "$far" ping -c 3 -W 2 -q 192.168.1.241 >/dev/null && echo "ping-on-lan open" || echo "ping-on-lan closed"
ip netns exec "$peer" ping -c 3 -W 2 -q 10.1.1.1 >/dev/null && echo "ping-on-cable open" || echo "ping-on-cable closed"
ip netns exec "$node" nft list table inet appliance | grep --quiet "packets 0" && echo "dropped none" || echo "dropped some"
# A ruleset that the kernel refuses leaves the old one.
sed 's/policy drop/policy perhaps/' "$rules" >"$place/wrong"
before="$(ip netns exec "$node" nft --stateless list ruleset)"
ip netns exec "$node" nft --file "$place/wrong" 2>/dev/null && echo "wrong-rules loaded" || echo "wrong-rules refused"
[ "$(ip netns exec "$node" nft --stateless list ruleset)" = "$before" ] && echo "rules kept" || echo "rules changed"
