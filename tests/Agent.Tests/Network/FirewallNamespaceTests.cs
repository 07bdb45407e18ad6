using System.Diagnostics;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Firewall;

namespace Appliance.Agent.Tests.Network;

/// <summary>The rules in a kernel, between interfaces: what must come through does, and nothing else.</summary>
public sealed class FirewallNamespaceTests
{
    private const string Sections = """

        [network]
        [[network.interface]]
        name = "eth0"
        address = { pbx-a = "192.168.1.241/24", pbx-b = "192.168.1.242/24" }
        [[network.interface]]
        name = "eth1"
        address = { pbx-a = "10.1.1.1/30", pbx-b = "10.1.1.2/30" }
        [firewall]
        [[firewall.open]]
        service = "ssh"
        from = ["192.168.1.0/24", "fd00::/8"]
        [[firewall.open]]
        service = "sip"
        [[firewall.open]]
        service = "rtp"
        ports = "16384-16390"
        [replica.data]
        disk = "/dev/disk/by-partlabel/appliance-data"
        address = { pbx-a = "10.1.1.1:7788", pbx-b = "10.1.1.2:7788" }
        """;

    [Fact]
    [Trait("Needs", "root")]
    public void In_a_kernel_the_ports_of_the_pair_are_open_on_the_cable_and_closed_on_the_LAN()
    {
        var toml = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml"))
            .Replace("group = \"239.192.0.42\"", "group = \"239.192.0.42\"\nport = 695", StringComparison.Ordinal) + Sections;
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(toml));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        var rules = Path.GetTempFileName();
        try
        {
            File.WriteAllText(rules, Ruleset.Of(result.Config, 0));
            var start = new ProcessStartInfo(
                "bash", [RepositoryFiles.PathOf("tests", "Agent.Tests", "Network", "firewall-in-namespaces.sh"), rules])
            {
                RedirectStandardOutput = true,
            };
            using var script = Process.Start(start)!;
            var output = script.StandardOutput.ReadToEnd();
            script.WaitForExit();
            Assert.True(script.ExitCode == 0, output);
            Assert.Equal(
                """
                TABLE table inet appliance
                TABLE table ip others
                heartbeat-on-cable open
                heartbeat-on-lan closed
                heartbeat-forged-on-lan closed
                multicast-on-lan open
                replica-on-cable open
                replica-on-lan closed
                ssh-on-lan open
                ssh6-on-lan open
                ssh-on-cable closed
                sip-on-lan open
                sip-on-cable closed
                rtp-on-lan open
                mysql-on-lan closed
                other-on-lan closed
                ssh-on-stray closed
                ping-on-stray closed
                answers-on-stray open
                ping-on-lan open
                ping-on-cable open
                dropped some
                wrong-rules refused
                rules kept

                """, output);
        }
        finally
        {
            File.Delete(rules);
        }
    }
}
