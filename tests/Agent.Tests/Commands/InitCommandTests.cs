using System.CommandLine;
using Appliance.Agent.Commands;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    private static readonly string[] Flags =
    [
        "--cluster", "site42", "--node-a", "pbx-a", "--node-b", "pbx-b", "--service-address", "192.168.1.245/24",
        "--cluster-interface", "eth1", "--serial", "/dev/ttyS0", "--ping", "192.168.1.1",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-init-");

    private string ConfigPath => Path.Combine(_folder.FullName, "etc", "appliance.toml");

    private string KeyPath => Path.Combine(_folder.FullName, "etc", "cluster.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void With_options_it_writes_a_usable_file_and_a_key_for_root_only()
    {
        var run = Init("", [.. Flags, "--yes"]);
        Assert.True(run.ExitCode == 0, run.Error);
        var config = ConfigReader.Read(File.ReadAllBytes(ConfigPath)).Config;
        Assert.NotNull(config);
        Assert.Equal(KeyPath, config.Cluster.KeyFile);
        Assert.Equal(["cable", "lan", "serial"], config.Links.Select(link => link.Name));
        Assert.Equal("192.168.1.1", Assert.Single(config.Pings).Address);
        Assert.Empty(Assessment.DoubleFaults(config));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        var keys = KeyFile.Read(File.ReadAllBytes(KeyPath)).Keys;
        Assert.NotNull(keys);
        Assert.Equal(32, keys.Sending.Secret.Length);
        Assert.Equal(
            ["appliance.toml", "cluster.key"], Directory.GetFiles(Path.GetDirectoryName(KeyPath)!).Select(Path.GetFileName).Order());
        Assert.DoesNotContain(Convert.ToHexStringLower(keys.Sending.Secret.AsSpan()), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_questions_give_the_same_file_as_options()
    {
        var asked = Init("site42\npbx-a\npbx-b\n192.168.1.245/24\n\neth1\n\n\n/dev/ttyS0\n192.168.1.1\n", "--print");
        Assert.True(asked.ExitCode == 0, asked.Error);
        var given = Init("", [.. Flags, "--yes", "--print"]);
        Assert.EndsWith(given.Output, asked.Output, StringComparison.Ordinal);
        Assert.Contains("Interface to the LAN [eth0]: ", asked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_answer_is_explained_and_asked_again()
    {
        var run = Init("site 42\nsite42\npbx-a\npbx-b\n192.168.1.245\n192.168.1.245/24\n\n-\n\n192.168.1.1\n", "--print");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("found \"site 42\"; expected a name of letters", run.Output, StringComparison.Ordinal);
        Assert.Contains("the prefix length is missing", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--cable", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("name = \"cable\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_ends_writes_nothing()
    {
        var run = Init("site42\npbx-a\n");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the input ended before the question for --node-b was answered", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(ConfigPath)));
    }

    [Fact]
    public void Without_questions_everything_missing_is_told_at_once()
    {
        var run = Init("", "--yes", "--node-a", "pbx a");
        Assert.Equal(2, run.ExitCode);
        foreach (var words in new[] { "--cluster is missing", "--node-a: found \"pbx a\"", "--node-b is missing",
            "--service-address is missing", "Nothing was written" })
            Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(ConfigPath));
    }

    [Theory]
    [InlineData("--node-b", "pbx-a", "both nodes are called pbx-a")]
    [InlineData("--ping", "192.168.1.245", "it would answer although the LAN is cut")]
    [InlineData("--cable-a", "10.1.1.2", "both nodes have the address")]
    public void Answers_that_do_not_fit_together_write_nothing(string option, string value, string words)
    {
        var run = Init("", [.. Flags.Chunk(2).Where(pair => pair[0] != option).SelectMany(pair => pair), "--yes", option, value]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(ConfigPath) || File.Exists(KeyPath));
    }

    [Fact]
    public void An_option_without_effect_is_refused()
    {
        var run = Init("", [.. Flags.Where(word => word is not ("--cluster-interface" or "eth1")), "--yes", "--cable-a", "10.1.1.1"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--cable-a has no effect without --cluster-interface", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_exists_is_not_touched_unless_forced()
    {
        Assert.Equal(0, Init("", [.. Flags, "--yes"]).ExitCode);
        var (config, key) = (File.ReadAllText(ConfigPath), File.ReadAllText(KeyPath));
        File.Delete(ConfigPath);
        var refused = Init("", [.. Flags, "--yes"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("cluster.key exists and is not touched", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(ConfigPath));
        Assert.Equal(key, File.ReadAllText(KeyPath));
        Assert.Equal(0, Init("", [.. Flags, "--yes", "--force"]).ExitCode);
        Assert.Equal(config, File.ReadAllText(ConfigPath));
        Assert.NotEqual(key, File.ReadAllText(KeyPath));
    }

    [Fact]
    public void Print_writes_nothing_and_shows_a_usable_file()
    {
        var run = Init("", [.. Flags, "--yes", "--print"]);
        Assert.NotNull(ConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(run.Output)).Config);
        Assert.False(Directory.Exists(Path.GetDirectoryName(ConfigPath)));
    }

    [Fact]
    public void Only_a_network_card_is_possible_and_told_to_be_weak()
    {
        var run = Init("", "--yes", "--cluster", "toy", "--node-a", "a", "--node-b", "b", "--service-address", "fd00::5/64");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("note: No ping reference and no witness", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.1.1", "--cluster-interface", "eth1")]
    [InlineData("fd00::1", "--cluster-interface", "eth1", "--cable-a", "fd00::1", "--cable-b", "fd00::2")]
    [InlineData("192.168.1.1", "--lan-a", "192.168.1.1/24", "--lan-b", "192.168.1.2/24")]
    [InlineData("10.1.1.1", "--cluster-interface", "eth1", "--lan-a", "192.168.1.1/24", "--lan-b", "192.168.1.2/24")]
    public void Sticks_for_the_image_replicate_the_data_of_what_they_run(string address, params string[] way)
    {
        var config = ConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(StickText(way).Output)).Config;
        var replica = Assert.Single(config!.Replicas);
        Assert.Equal("/dev/disk/by-partlabel/appliance-data", replica.Disk);
        Assert.Equal(new ReplicaAddress(address, 7788), replica.Addresses[0]);
        var group = Assert.Single(config.Groups);
        Assert.Equal(["data", "fs", "directories", "vip", "mysql", "asterisk"], group.Resources.Select(resource => resource.Name));
        var order = group.Resources.ToDictionary(resource => resource.Name, resource => resource.After);
        Assert.Contains("directories", order["mysql"]);
    }

    [Fact]
    public void Sticks_without_a_way_to_copy_the_data_say_so()
    {
        var folder = Path.Combine(_folder.FullName, "sticks");
        var run = StickText("--stick", folder);
        Assert.Contains("note: the data is not replicated", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[replica", File.ReadAllText(Path.Combine(folder, "pbx-a", "appliance.toml")), StringComparison.Ordinal);
    }

    /// <summary>The file on the sticks; without --stick among the options it is only shown.</summary>
    private CommandLine StickText(params string[] way)
    {
        string[] place = way.Contains("--stick") ? [] : ["--print", "--stick", _folder.FullName];
        var run = Run("", ["init", "--yes", .. place, "--cluster", "site42", "--node-a", "pbx-a", "--node-b", "pbx-b",
            "--service-address", "192.168.1.245/24", "--lan-interface", "eth0", .. way]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static CommandLine Run(string typed, string[] line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(typed);
        var root = new RootCommand { InitCommand.Create(input) };
        var code = CommandTree.Run(root, line, new InvocationConfiguration { Output = output, Error = error });
        return new CommandLine(code, output.ToString(), error.ToString());
    }

    private CommandLine Init(string typed, params string[] arguments) =>
        Run(typed, ["init", "--directory", Path.GetDirectoryName(ConfigPath)!, .. arguments]);
}
