using System.Diagnostics;
using System.Text;
using Appliance.Agent.Network;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Network;

/// <summary>systemd-networkd itself reads the files: it knows every key, sets what they say, and spares what the agent adds.</summary>
public sealed class NetworkdNamespaceTests
{
    private const string Sections = """

        [network]
        [[network.interface]]
        name = "eth0"
        address = { pbx-a = "192.168.1.241/24", pbx-b = "192.168.1.242/24" }
        gateway = "192.168.1.1"
        ipv6 = "slaac"
        dns = ["192.168.1.1"]
        [[network.interface]]
        name = "eth1"
        address = { pbx-a = "10.1.1.1/30", pbx-b = "10.1.1.2/30" }
        mtu = 9000
        ipv6 = "static"
        ipv6-address = { pbx-a = "fd00::1/64", pbx-b = "fd00::2/64" }
        [[network.interface]]
        name = "office"
        mac = { pbx-a = "52:54:00:00:00:0a", pbx-b = "52:54:00:00:00:0b" }
        dhcp = true
        [[network.interface]]
        name = "voice"
        vlan = { on = "eth0", id = 20 }
        address = { pbx-a = "10.20.0.1/16", pbx-b = "10.20.0.2/16" }
        """;

    [NetworkdFact]
    [Trait("Needs", "root")]
    public void Networkd_sets_the_interfaces_up_and_spares_service_addresses()
    {
        var toml = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + Sections;
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(toml));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        var folder = Directory.CreateTempSubdirectory("appliance-networkd-");
        try
        {
            Assert.Null(NetworkSetup.Apply(result.Config, 0, folder.FullName).Problem);
            var start = new ProcessStartInfo(
                "bash", [RepositoryFiles.PathOf("tests", "Agent.Tests", "Network", "networkd-in-namespace.sh"), folder.FullName])
            {
                RedirectStandardOutput = true,
            };
            using var script = Process.Start(start)!;
            var output = script.StandardOutput.ReadToEnd();
            script.WaitForExit();
            Assert.True(script.ExitCode == 0, output);
            var vlan = output.StartsWith("vlan yes", StringComparison.Ordinal);
            Assert.Equal(
                $"""
                vlan {(vlan ? "yes" : "no")}
                eth0 192.168.1.241/24
                eth0 192.168.1.245/24
                eth0 mtu 1500
                eth1 10.1.1.1/30
                eth1 fd00::1/64
                eth1 mtu 9000
                {(vlan ? "vlan protocol 802.1Q id 20\n" : "")}default 192.168.1.1
                kept 198.51.100.0/24

                """, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>Where systemd-networkd is installed.</summary>
internal sealed class NetworkdFactAttribute : FactAttribute
{
    public NetworkdFactAttribute()
    {
        if (!File.Exists("/lib/systemd/systemd-networkd")) Skip = "systemd-networkd is not installed";
    }
}
