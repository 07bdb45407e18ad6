using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Import;

namespace Appliance.Core.Tests.Import;

/// <summary>The traps of each format, one by one.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("keepalive 200ms", "keepalive = \"200ms\"")]
    [InlineData("keepalive 0.5 # half", "keepalive = \"500ms\"")]
    [InlineData("keepalive 500000us", "keepalive = \"500ms\"")]
    [InlineData("deadtime 7", "initdead = \"14s\"")]
    [InlineData("deadtime 5", "initdead = \"12s\"")]
    [InlineData("deadtime 11", "initdead = \"11s\"")]
    [InlineData("logfacility local0", "deadtime = \"30s\"   # Heartbeat's default")]
    [InlineData("mcast eth2 239.7.7.7 700 1 0", "group = \"239.7.7.7\"\nport = 700")]
    [InlineData("baud 115200\nserial /dev/ttyS1", "device = \"/dev/ttyS1\"\nbaud = 115200")]
    [InlineData("udpport 700\nbcast eth1,eth2", "interface = \"eth2\"\nbroadcast = true\nport = 700")]
    [InlineData("ping_group lan 10.0.0.1 10.0.0.2", "[[ping]]   # ha.cf:1\naddress = \"10.0.0.2\"")]
    [InlineData("watchdog /dev/watchdog\ndeadtime 40", "timeout = \"41s\"")]
    [InlineData("watchdog /dev/watchdog\ndeadtime 40", "stop-failure-bound = \"46s\"")]
    [InlineData("keepalive 100ms\ndeadtime 300ms\nping 10.0.0.1", "interval = \"100ms\"")]
    public void Heartbeats_file_becomes(string text, string toml) =>
        Assert.Contains(toml, Old.Run(("ha.cf", text + "\nnode a b\n")).Toml, StringComparison.Ordinal);

    [Theory]
    [InlineData("a 10.0.0.9/24/eth0/10.0.0.255", "address = \"10.0.0.9/24\"\n  interface = \"eth0\"")]
    [InlineData("a IPaddr2::10.0.0.9/24/10.0.0.255", "address = \"10.0.0.9/24\"\n  # FILL IN: interface")]
    [InlineData("a 10.0.0.9/eth0", "# FILL IN: address = \"10.0.0.9/24\"")]
    [InlineData("a IPaddr::10.0.0.9/255.255.255.128/eth0:1", "address = \"10.0.0.9/25\"\n  interface = \"eth0\"")]
    [InlineData("a IPv6addr::fd00::9/64/eth0", "address = \"fd00::9/64\"\n  interface = \"eth0\"")]
    [InlineData("a 10.0.0.9/24/eth0 \\\n\tasterisk", "after = [\"vip\"]\n  unit = \"asterisk.service\"")]
    [InlineData("a ringer", "script = \"/etc/init.d/ringer\"")]
    [InlineData("a ringer::loud::2", "stop = [\"/etc/init.d/ringer\", \"loud\", \"2\", \"stop\"]")]
    [InlineData("a Filesystem::/dev/sdb1::/srv/::ext4::noatime", "directory = \"/srv\"\n  fstype = \"ext4\"\n  options = \"noatime\"")]
    [InlineData("a drbddisk::store Filesystem::/dev/drbd3::/srv::ext4", "device = \"/dev/appliance/store\"")]
    [InlineData("a fonulator asterisk", "name = \"pri\"\n  type = \"tdm\"\n  after = [\"asterisk\"]")]
    [InlineData("a 10.0.0.9/24/eth0 fixrouting asterisk", "source-route = true")]
    [InlineData("a 10.0.0.9/24/eth0 IPsrcaddr::10.0.0.9", "network = \"default\"\n  source = \"10.0.0.9\"\n  interface = \"eth0\"")]
    [InlineData("a zaptel asterisk", "type = \"dahdi\"")]
    public void A_line_of_haresources_becomes(string line, string toml) =>
        Assert.Contains(toml, Old.Run(("ha.cf", "node a b\nbcast eth1\n"), ("haresources", line + "\n")).Toml, StringComparison.Ordinal);

    [Theory]
    [InlineData("a drbddisk::r9", "drbd.conf", Old.DrbdConf, "DRBD's files have no resource r9 (they have r0)")]
    [InlineData("a drbddisk::r0 Filesystem::/dev/drbd7::/srv::ext4", "drbd.conf", Old.DrbdConf, "(r0 makes /dev/drbd0)")]
    [InlineData("a asterisk\nb asterisk", "ha.cf", "node a b", "unit asterisk.service is already taken by haresources:1")]
    [InlineData("a MailTo::x@example.org", "ha.cf", "node a b", "its mail server is not in the file")]
    [InlineData("c asterisk", "ha.cf", "node a b", "a third node: ha.cf:1 names a and b")]
    [InlineData("a asterisk", "ha.cf", "node a b c", "a third node: ha.cf:1 names a and b, and a pair has two")]
    [InlineData("a 10.0.0.9/24/eth0", "ha.cf", "node a b\nping 10.0.0.9", "it is an address of the pair itself")]
    [InlineData("a asterisk", "ha.cf", "node a b\ncluster x\ncluster y", "y here, but x in ha.cf:2: neither is taken")]
    [InlineData("a asterisk", "ha.cf", "node a b\nautojoin any", "any lets nodes join by themselves")]
    [InlineData("a asterisk", "ha.cf", "node a b\nrespawn root /opt/watch", "/opt/watch was kept running beside Heartbeat")]
    [InlineData("a asterisk", "ha.cf", "node a b\nstonith_host * meatware b", "the device meatware is not translated")]
    public void What_contradicts_or_is_lost_is_refused_by_name(string resources, string name, string text, string words)
    {
        var result = Old.Run((name, text), ("haresources", resources));
        Assert.Contains(result.Findings, finding => finding.Disposition == Disposition.Refused
            && finding.Words.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ipmi-b", "node a b\nstonith_host * external/ipmi b 10.5.5.5 admin Geheim lanplus\n", "node = \"b\"")]
    [InlineData("ipmi-b", "node a b\nstonith_host * external/ipmi b 10.5.5.5 admin Geheim lanplus\n", "interface = \"lanplus\"")]
    public void A_power_switch_becomes_a_fence(string name, string text, string toml)
    {
        var result = Old.Run(("ha.cf", text));
        Assert.Contains($"[fence.{name}]", result.Toml, StringComparison.Ordinal);
        Assert.Contains(toml, result.Toml, StringComparison.Ordinal);
        Assert.Equal("Geheim\n", Assert.Single(result.Secrets).Text);
        Assert.DoesNotContain("Geheim", result.Toml + string.Join('\n', result.Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on a { device /dev/drbd0 minor 4; disk /dev/x; address ipv4 10.1.1.1:7789; meta-disk internal; }\n"
        + "on b { device minor 4; disk /dev/x; address ipv4 10.1.1.2:7789; meta-disk /dev/meta; }", "meta-disk",
            "/dev/meta here, internal in")]
    [InlineData("on a { disk /dev/x; address 10.1.1.1:1; } on b { disk /dev/y; address 10.1.1.2:1; }", "disk", "/dev/y here, /dev/x in")]
    [InlineData("stacked-on-top-of r1 { device /dev/drbd10; address 10.1.1.1:1; }", "resource stacked-on-top-of", "a third copy")]
    [InlineData("volume 1 { device /dev/drbd1; disk /dev/y; }", "resource volume", "volume 1: a replica is one block device")]
    [InlineData("net { allow-two-primaries; }", "net allow-two-primaries", "one node writes at a time")]
    [InlineData("net { after-sb-0pri discard-node-a; }", "net after-sb-0pri", "no node is given up by its name")]
    [InlineData("net { after-sb-1pri violently-as0p; }", "net after-sb-1pri", "throws a primary's data away")]
    [InlineData("disk { on-io-error pass_on; }", "disk on-io-error", "a disk with an error is detached")]
    [InlineData("startup { become-primary-on both; }", "startup become-primary-on", "the agent makes one node primary")]
    [InlineData("net { after-sb-lpri disconnect; }", "\"net after-sb-lpri\"", "did the file mean net after-sb-")]
    [InlineData("on a { address pbx:7788; }", "on address", "expected a numeric address and a port")]
    public void An_option_of_drbd_is_refused_by_name(string inside, string directive, string words)
    {
        var result = Old.Run(("ha.cf", "node a b"), ("r0.res", $"resource r0 {{\n{inside}\n}}\n"));
        Assert.Contains(result.Findings, finding => finding.Disposition == Disposition.Refused && finding.Directive == directive
            && finding.Words.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("common { net { protocol B; } syncer { rate 30M; } } ", "", "protocol = \"B\"")]
    [InlineData("common { protocol B; } ", "protocol A;", "protocol = \"A\"")]
    [InlineData("common { syncer { rate 30M; } } ", "", "resync-rate = { max = \"30MiB/s\" }")]
    [InlineData("", "syncer { rate 250; al-extents 3389; }", "resync-rate = { min = \"250KiB/s\", max = \"250KiB/s\" }")]
    [InlineData("", "disk { fencing resource-and-stonith; disk-timeout 50; }", "disk-timeout = \"5s\"")]
    [InlineData("", "disk { fencing dont-care; }", "fencing = \"dont-care\"")]
    [InlineData("skip { resource r7 { on c { } } } skip resource r8 { }", "", "[replica.r0]")]
    [InlineData("", "floating 10.1.1.9:7788 { disk /dev/z; }", "[replica.r0]")]
    [InlineData("", "connection { host a address 10.1.1.1:7000; host b address 10.1.1.2:7000; } volume 0 { device minor 0; disk /dev/v; }",
        "address = { a = \"10.1.1.1:7000\", b = \"10.1.1.2:7000\" }")]
    [InlineData("", "on a { address ipv6 [fd00::1]:7788; disk /dev/v; } on b { address ipv6 [fd00::2]:7788; disk /dev/v; }",
        "a = \"[fd00::1]:7788\"")]
    public void A_drbd_file_becomes(string before, string inside, string toml) => Assert.Contains(toml,
        Old.Run(("ha.cf", "node a b"), ("drbd.conf", $"{before}\nresource r0 {{ {inside} }}\n")).Toml, StringComparison.Ordinal);

    [Fact]
    public void Includes_are_followed_each_file_once()
    {
        var result = Old.Run(("etc/drbd.conf", "include \"drbd.d/global_common.conf\";\ninclude \"drbd.d/*.res\";\n"),
            ("etc/drbd.d/global_common.conf", "include \"drbd.conf\"; common { protocol B; }\n"),
            ("etc/drbd.d/r1.res", "include \"/etc/drbd.d/r1.res\";\nresource r1 { on a { disk /dev/x; address 10.0.0.1:1; } }\n"),
            ("etc/ha.d/ha.cf", "node a b\n"));
        Assert.Contains("[replica.r1]   # etc/drbd.d/r1.res:2", result.Toml, StringComparison.Ordinal);
        Assert.Contains("protocol = \"B\"", result.Toml, StringComparison.Ordinal);
        Assert.Single(result.Findings, finding => finding.Directive == "resource");
    }

    [Theory]
    [InlineData("totem {\ninterface {\nbindnetaddr: 10.0.0.0\nmcastaddr: 239.1.1.1\nmcastport: 5405\n}\n}\n", "group = \"239.1.1.1\"")]
    [InlineData("totem {\ninterface {\nbindnetaddr: 10.0.0.0\nbroadcast: yes\n}\n}\n", "broadcast = true")]
    [InlineData("totem {\ntoken: 5000\n}\n", "deadtime = \"5s\"")]
    [InlineData("totem {\ntoken: 5000\n}\n", "warntime = \"2500ms\"")]
    [InlineData("nodelist {\nnode {\nname: a\nnodeid: 1\nring0_addr: 10.0.0.1\nring1_addr: 10.2.0.1\n}\nnode {\nname: b\nring0_addr: "
        + "10.0.0.2\n"
        + "ring1_addr: 10.2.0.2\n}\n}\n", "address = { a = \"10.2.0.1\", b = \"10.2.0.2\" }")]
    [InlineData("nodelist {\nnode {\nring0_addr: a\n}\nnode {\nring0_addr: b\n}\n}\n", "[[node]]\nname = \"b\"")]
    public void Corosyncs_file_becomes(string text, string toml) =>
        Assert.Contains(toml, Old.Run(("corosync.conf", text)).Toml, StringComparison.Ordinal);

    [Theory]
    [InlineData("primitive v IPaddr2 params ip=10.0.0.9 cidr_netmask=24 nic=eth0", "address = \"10.0.0.9/24\"\n  interface = \"eth0\"")]
    [InlineData("primitive v IPaddr2 ip=10.0.0.9 cidr_netmask=24 nic=eth0 op monitor interval=20s timeout=5s",
        "monitor-interval = \"20s\"")]
    [InlineData("primitive x systemd:ringer op start timeout=2min interval=0", "unit = \"ringer.service\"\n  start-timeout = \"2m\"")]
    [InlineData("primitive x ocf:acme:thing params a=b", "agent = \"ocf:acme:thing\"\n  parameters = { a = \"b\" }")]
    [InlineData("primitive x lsb:asterisk meta migration-threshold=4 failure-timeout=5min", "restarts = { max = 3, within = \"5m\" }")]
    [InlineData("primitive p ocf:pacemaker:ping params host_list=\"10.0.0.1 10.0.0.2\"\nclone c p", "address = \"10.0.0.2\"")]
    [InlineData("primitive x lsb:asterisk\nlocation l x 100: b", "preferred = \"b\"\nfailback = \"1m\"")]
    [InlineData("primitive x lsb:asterisk\nlocation l x 100: b\nrsc_defaults resource-stickiness=200",
        "preferred = \"b\"\nfailback = \"never\"")]
    [InlineData("primitive x lsb:asterisk\nlocation l x rule 50: #uname eq b", "preferred = \"b\"")]
    [InlineData("primitive x lsb:s1\nprimitive y lsb:s2\ncolocation k inf: x y\norder o Mandatory: ( y ) x",
        "name = \"s1\"\n  type = \"lsb\"\n  "
        + "after = [\"s2\"]")]
    [InlineData("primitive f fence_apc ip=10.0.0.7 login=x passwd=y pcmk_host_list=a\nprimitive st stonith:fence_apc params ip=10.0.0.7 "
        + "plug=3 passwd=y pcmk_host_list=b", "[fence.st]\n# from x.crm:4; try it: appliance fence test NODE\ndriver = \"agent\"\nnode "
            + "= \"b\"")]
    [InlineData("property cluster-name=harbour", "name = \"harbour\"")]
    public void The_text_of_crm_becomes(string text, string toml) =>
        Assert.Contains(toml, Old.Run(("x.crm", $"node 1: a\n{text}\nnode 2: b\n".Replace("node 1: a\n", "node 1: a \\\n attributes x=y\n",
            StringComparison.Ordinal))).Toml, StringComparison.Ordinal);

    [Theory]
    [InlineData("primitive x lsb:s1\nprimitive y lsb:s2\ncolocation k -inf: x y", "it keeps resources apart")]
    [InlineData("primitive x lsb:s1\nprimitive y lsb:s2\norder o inf: x y", "are not together by a colocation")]
    [InlineData("primitive x lsb:s1\ncolocation k inf: x z", "there is no resource z")]
    [InlineData("primitive x lsb:s1\nclone c x", "x runs on both nodes at once")]
    [InlineData("primitive x lsb:s1\nlocation l x -inf: b", "it keeps resources away from b")]
    [InlineData("primitive x lsb:s1 meta target-role=Stopped", "target-role says that it is stopped")]
    [InlineData("primitive x lsb:s1 op monitor interval=5 on-fail=fence", "on-fail=fence")]
    [InlineData("primitive x lsb:s1\nprimitive y lsb:s2\ncolocation k inf: x y\norder o x y\norder p y x",
        "it waits for itself in a circle")]
    [InlineData("primitive x lsb:s1\nprimitive x lsb:s2", "x for the second time")]
    [InlineData("primitive v IPaddr2 params ip=10.0.0.9 clusterip_hash=sourceip", "one node has the address, never both")]
    public void Words_of_crm_are_refused(string text, string words)
    {
        var result = Old.Run(("x.crm", "node a\nnode b\n" + text + "\n"));
        Assert.Contains(result.Findings,
            finding => finding.Disposition == Disposition.Refused && finding.Words.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Asha_and_drbd_that_differ_are_told()
    {
        var result = Old.Run(("asha.conf", Old.AshaConf), ("r0.res", Old.DrbdConf.Replace("vox-one.lan", "sark1", StringComparison.Ordinal)
            .Replace("vox-two.lan", "sark2", StringComparison.Ordinal)));
        Assert.Contains(result.Findings, finding => finding.Words.Contains("that is taken, DRBD ran with it", StringComparison.Ordinal));
        Assert.Contains("disk = \"/dev/sda3\"", result.Toml, StringComparison.Ordinal);
    }

    [Fact]
    public void Haresources_does_not_count_under_pacemaker()
    {
        var result = Old.Run(("ha.cf", "node a b\ncrm respawn\n"), ("haresources", "a asterisk\n"));
        Assert.DoesNotContain("asterisk.service", result.Toml, StringComparison.Ordinal);
        Assert.Contains(result.Findings, finding => finding.Words.Contains("ha.cf:2 hands the resources to Pacemaker",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("etc/ha.d/ha.cf", "", ImportFormat.HaCf)]
    [InlineData("etc/drbd.d/common.conf", "", ImportFormat.Drbd)]
    [InlineData("a.txt", "# x\nnode a\nprimitive b lsb:c\n", ImportFormat.Crm)]
    [InlineData("a.txt", "node a\nkeepalive 2\n", ImportFormat.HaCf)]
    [InlineData("a.txt", "totem {\n", ImportFormat.Corosync)]
    [InlineData("a.txt", "resource r0 {\n", ImportFormat.Drbd)]
    [InlineData("a.txt", "[GLOBALS]\n", ImportFormat.Redfone)]
    [InlineData("a.txt", "ANODENAME=x\n", ImportFormat.Asha)]
    [InlineData("a.txt", "auth 1\n", ImportFormat.Authkeys)]
    [InlineData("a.txt", "a Filesystem::/dev/x::/y\n", ImportFormat.Haresources)]
    [InlineData("a.txt", "hello\n", ImportFormat.Unknown)]
    public void A_file_is_known_by_its_name_or_its_words(string path, string text, ImportFormat format) =>
        Assert.Equal(format, ImportFormats.ByName(path) is not ImportFormat.Unknown and var known ? known : ImportFormats.ByContent(text));
}
