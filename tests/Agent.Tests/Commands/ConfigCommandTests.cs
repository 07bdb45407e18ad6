using System.Text.Json;

namespace Appliance.Agent.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private static readonly string Minimal = RepositoryFiles.PathOf("docs", "appliance.minimal.toml");
    private static readonly string Example = RepositoryFiles.PathOf("docs", "appliance.example.toml");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_usable_file_is_exit_code_0_and_names_its_digest()
    {
        var run = CommandLine.Run("config", "check", Minimal);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"{Minimal}: usable; cluster site42 of pbx-a and pbx-b, digest ", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void Problems_are_exit_code_2_one_line_each_with_their_place()
    {
        var run = CommandLine.Run(
            "config", "check", Write(File.ReadAllText(Minimal).Replace("keepalive", "keepaliv", StringComparison.Ordinal)));
        Assert.Equal(2, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("appliance.toml:14:1: error: heartbeat.keepaliv: unknown key \"keepaliv\"; did you mean \"keepalive\"?", lines[0],
            StringComparison.Ordinal);
        Assert.EndsWith("not usable, 1 problem", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_effect_yet_is_refused_by_name()
    {
        var run = CommandLine.Run("config", "check", Write(Unsupported));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(": unsupported: group[pbx].resource[light]: a front panel shows every group", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("config", "check", Example).ExitCode);
    }

    [Fact]
    public void Double_faults_are_told()
    {
        var run = CommandLine.Run(
            "config", "check", Write(File.ReadAllText(Minimal).Replace("type = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 115200",
            "type = \"udp\"\ninterface = \"eth1\"\nbroadcast = true", StringComparison.Ordinal)));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("note: A LAN that breaks between the nodes", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_facts()
    {
        var usable = JsonDocument.Parse(CommandLine.Run("config", "check", "--json", Minimal).Output).RootElement;
        Assert.True(usable.GetProperty("usable").GetBoolean());
        Assert.Matches("^[0-9a-f]{8}$", usable.GetProperty("digest").GetString()!);
        var refused = JsonDocument.Parse(CommandLine.Run("config", "check", "--json", Write(Unsupported)).Output).RootElement;
        Assert.False(refused.GetProperty("usable").GetBoolean());
        var first = refused.GetProperty("problems").EnumerateArray().Last();
        Assert.Equal(("unsupported", "group[pbx].resource[light]"), (
            first.GetProperty("severity").GetString(), first.GetProperty("key").GetString()));
        Assert.True(first.GetProperty("line").GetInt32() > 0);
    }

    [Fact]
    public void The_shown_file_is_usable_and_has_the_same_digest()
    {
        var shown = CommandLine.Run("config", "show", Minimal);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("warntime = \"300ms\"", shown.Output, StringComparison.Ordinal);
        var digest = shown.Output.Split('\n')[0].Replace("# digest ", "", StringComparison.Ordinal);
        Assert.Contains($"digest {digest}", CommandLine.Run("config", "check", Write(shown.Output)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_as_json_has_the_keys_of_the_file()
    {
        var root = JsonDocument.Parse(CommandLine.Run("config", "show", Minimal, "--json").Output).RootElement;
        Assert.Equal("100ms", root.GetProperty("heartbeat").GetProperty("keepalive").GetString());
        Assert.Equal(115200, root.GetProperty("heartbeat").GetProperty("link")[2].GetProperty("baud").GetInt32());
        Assert.True(root.GetProperty("group")[0].GetProperty("resource")[0].GetProperty("source-route").GetBoolean());
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        foreach (var command in new[] { "check", "show" })
        {
            var run = CommandLine.Run("config", command, "/nowhere/appliance.toml");
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains("/nowhere/appliance.toml", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bad_file_is_not_shown()
    {
        var run = CommandLine.Run("config", "show", Write(Unsupported));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("unsupported", run.Error, StringComparison.Ordinal);
    }

    private static string Unsupported =>
        File.ReadAllText(Minimal) + "\n[[group.resource]]\nname = \"light\"\ntype = \"led\"\n";

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, "appliance.toml");
        File.WriteAllText(path, text);
        return path;
    }
}
