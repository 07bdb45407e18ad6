using System.Text;
using Appliance.Agent.Network;
using Appliance.Agent.Tests.Commands;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Network;

public sealed class NetworkSetupTests : IDisposable
{
    private const string Section = """

        [network]
        [[network.interface]]
        name = "eth0"
        dhcp = true
        [[network.interface]]
        name = "eth1"
        address = { pbx-a = "10.1.1.1/30", pbx-b = "10.1.1.2/30" }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-network-");

    private static string Minimal => File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Files_are_written_once_replaced_when_they_change_and_removed_when_they_are_stale()
    {
        var place = Path.Combine(_folder.FullName, "systemd", "network");
        var first = Apply(Minimal + Section);
        Assert.Contains(first, text => text.EndsWith("10-appliance-eth0.network written", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "systemd", "networkd.conf.d", "10-appliance-keep.conf")));
        File.WriteAllText(Path.Combine(place, "20-mine.network"), "mine");
        // Of a time when this machine was an image.
        File.WriteAllText(Path.Combine(place, "80-appliance-first.network"), "stale");
        Assert.Equal([Path.Combine(place, "80-appliance-first.network") + " removed"], Apply(Minimal + Section));
        Assert.Empty(Apply(Minimal + Section));
        var changed = Apply((Minimal + Section).Replace("dhcp = true", "ipv6 = \"slaac\"", StringComparison.Ordinal));
        Assert.Equal([Path.Combine(place, "10-appliance-eth0.network") + " written"], changed);
        Apply(Minimal);
        Assert.Equal(["20-mine.network"], Directory.GetFiles(place).Select(Path.GetFileName));
    }

    [Fact]
    public void Without_sections_nothing_is_touched()
    {
        Assert.Empty(Apply(Minimal));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_sentence()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "systemd"), "");
        var outcome = NetworkSetup.Apply(Config(Minimal + Section), 0, _folder.FullName);
        Assert.Contains("systemd", outcome.Refused!, StringComparison.Ordinal);
        Assert.Empty(outcome.Said);
    }

    [Fact]
    public void When_one_file_cannot_be_written_the_others_are_as_before()
    {
        Apply(Minimal + Section);
        var place = Path.Combine(_folder.FullName, "systemd", "network");
        var before = Directory.GetFiles(place).ToDictionary(path => path, File.ReadAllText);
        // eth0 is written first, eth1 cannot be.
        Directory.CreateDirectory(Path.Combine(place, "10-appliance-eth1.network.new"));
        var changed = (Minimal + Section).Replace("dhcp = true", "ipv6 = \"slaac\"", StringComparison.Ordinal)
            .Replace("address = { pbx-a = \"10.1.1.1/30\"", "mtu = 1400\naddress = { pbx-a = \"10.1.1.1/30\"", StringComparison.Ordinal);
        var outcome = NetworkSetup.Apply(Config(changed), 0, _folder.FullName);
        Assert.Contains("10-appliance-eth1.network", outcome.Refused!, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(place).ToDictionary(path => path, File.ReadAllText));
    }

    [Fact]
    public void Print_shows_the_files_of_the_node_that_is_asked_for()
    {
        var path = Path.Combine(_folder.FullName, "appliance.toml");
        File.WriteAllText(path, Minimal + Section + "\n[firewall]\n[[firewall.open]]\nservice = \"ssh\"\n");
        var run = CommandLine.Run("network", "print", path, "--node", "pbx-b");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("### /run/systemd/network/10-appliance-eth1.network", run.Output, StringComparison.Ordinal);
        Assert.Contains("Address=10.1.1.2/30", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Address=10.1.1.1/30", run.Output, StringComparison.Ordinal);
        Assert.Contains("ip saddr 10.1.1.1 ip daddr 10.1.1.2 udp dport 694 accept", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run("network", "print", path, "--node", "pbx-z").ExitCode);
        File.WriteAllText(path, Minimal + Section.Replace("eth1", "eth7", StringComparison.Ordinal));
        var wrong = CommandLine.Run("network", "print", path, "--node", "pbx-a");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("heartbeat.link[cable].interface", wrong.Error, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Apply(string toml)
    {
        var outcome = NetworkSetup.Apply(Config(toml), 0, _folder.FullName);
        Assert.Null(outcome.Problem);
        return outcome.Said;
    }

    private static ApplianceConfig Config(string toml)
    {
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(toml));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        return result.Config;
    }
}
