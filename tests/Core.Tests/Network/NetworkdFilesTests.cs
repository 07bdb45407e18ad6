using Appliance.Core.Configuration;
using Appliance.Core.Firewall;
using Appliance.Core.Network;
using Appliance.Core.Tests.ConfigurationTests;

namespace Appliance.Core.Tests.NetworkTests;

/// <summary>The rendered files and rules, whole. REWRITE=1 writes the golden files again.</summary>
public sealed class NetworkdFilesTests
{
    private const string Rich = """
        [network]

        [[network.interface]]
        name = "eth0"
        address = { pbx-a = "192.168.1.241/24", pbx-b = "192.168.1.242/24" }
        gateway = "192.168.1.1"
        dns = ["192.168.1.1", "9.9.9.9"]
        ipv6 = "slaac"

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

        [firewall]

        [[firewall.open]]
        service = "ssh"
        from = ["192.168.1.0/24", "fd00::/8"]

        [[firewall.open]]
        service = "sip"
        interfaces = ["voice", "eth0"]

        [[firewall.open]]
        service = "rtp"

        [device.bridge]
        driver = "fonebridge"
        address = "10.1.1.3"
        interface = "eth1"
        config = "/etc/appliance/redfone.conf"

        [replica.data]
        disk = "/dev/disk/by-partlabel/appliance-data"
        address = { pbx-a = "10.1.1.1:7788", pbx-b = "10.1.1.2:7789" }
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_files_and_rules_of_a_node_are_these(int node)
    {
        var config = Config.Good(Config.Plus(Rich));
        var text = new System.Text.StringBuilder();
        foreach (var file in NetworkdFiles.Of(config, node, asksFirst: true)) text.Append($"### {file.Folder}/{file.Name}\n{file.Text}\n");
        text.Append("### nft\n").Append(Ruleset.Of(config, node));
        var golden = Repository.PathOf("tests", "Core.Tests", "Network", $"Golden-{config.Nodes[node]}.txt");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(golden, text.ToString());
        Assert.Equal(File.ReadAllText(golden), text.ToString());
    }

    [Fact]
    public void Without_sections_nothing_is_rendered()
    {
        var config = Config.Good(Config.Read(Config.Minimal));
        Assert.Empty(NetworkdFiles.Of(config, 0, asksFirst: true));
        Assert.Equal("", Ruleset.Of(config, 0));
    }

    [Fact]
    public void Every_file_of_ours_has_our_prefix_and_lies_in_a_folder_that_is_cleared()
    {
        var files = NetworkdFiles.Of(Config.Good(Config.Plus(Rich)), 0, asksFirst: false);
        Assert.All(files, file => Assert.StartsWith(NetworkdFiles.Prefix, file.Name, StringComparison.Ordinal));
        Assert.All(files, file => Assert.Contains(file.Folder, NetworkdFiles.Folders));
        Assert.Equal(files.Length, files.Select(file => $"{file.Folder}/{file.Name}").Distinct().Count());
    }

    /// <summary>A stranger's address on a card that nobody spoke of would be a second way in, and a second way out.</summary>
    [Fact]
    public void In_the_image_cards_that_the_file_does_not_name_are_silenced_and_only_there()
    {
        var config = Config.Good(Config.Plus(Rich));
        var silenced = Assert.Single(NetworkdFiles.Of(config, 0, asksFirst: true), file => file.Name == NetworkdFiles.First);
        Assert.Contains("DHCP=no", silenced.Text, StringComparison.Ordinal);
        Assert.Contains("ActivationPolicy=down", silenced.Text, StringComparison.Ordinal);
        Assert.True(NetworkdFiles.IsOurs(silenced.Name));
        Assert.DoesNotContain(NetworkdFiles.Of(config, 0, asksFirst: false), file => file.Name == NetworkdFiles.First);
        Assert.Empty(NetworkdFiles.Of(Config.Good(Config.Plus("")), 0, asksFirst: true));
    }

    [Fact]
    public void Whatever_is_opened_stays_closed_on_interfaces_that_the_file_does_not_name()
    {
        var rules = Ruleset.Of(Config.Good(Config.Plus(Rich)), 0);
        var closed = At("iifname != { \"eth0\", \"eth1\", \"office\", \"voice\" } counter drop");
        Assert.InRange(closed, At("established"), At("icmp type"));

        int At(string words) => rules.IndexOf(words, StringComparison.Ordinal);
    }

    /// <summary>A heartbeat or a copy of the data never comes in by another interface, or from another machine.</summary>
    [Fact]
    public void The_ports_of_the_pair_are_open_only_where_they_belong()
    {
        var config = Config.Good(Config.Plus(Rich));
        var input = Ruleset.Of(config, 0).Split("chain input")[1].Split('\n');
        foreach (var rule in input.Where(line => line.Contains("dport 694", StringComparison.Ordinal)
            || line.Contains("dport 7788", StringComparison.Ordinal)))
        {
            Assert.True(rule.Contains("iifname \"eth1\" ip saddr 10.1.1.2 ip daddr 10.1.1.1", StringComparison.Ordinal)
                || rule.Contains("iifname \"eth0\" ip saddr 192.168.1.241/24 ip daddr 239.192.0.42", StringComparison.Ordinal), rule);
        }

        Assert.Equal(2, input.Count(line => line.Contains("dport 694", StringComparison.Ordinal)));
        Assert.Single(input, line => line.Contains("7788", StringComparison.Ordinal));
        Assert.DoesNotContain(input, line => line.Contains("7789", StringComparison.Ordinal));
    }

    [Fact]
    public void No_service_is_open_on_the_cable_unless_it_is_named()
    {
        var rules = Ruleset.Of(Config.Good(Config.Plus("[firewall]\n[[firewall.open]]\nservice = \"ssh\"")), 0);
        Assert.Contains("iifname != { \"eth1\" } tcp dport 22 accept", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("5060", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_our_table_is_touched_and_that_in_one_transaction()
    {
        var rules = Ruleset.Of(Config.Good(Config.Plus(Rich)), 0);
        Assert.DoesNotContain("flush", rules, StringComparison.Ordinal);
        var tables = rules.Split('\n').Where(line => line.Contains("table ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["table inet appliance", "delete table inet appliance", "table inet appliance {"], tables);
    }
}
