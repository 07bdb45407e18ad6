using Appliance.Agent.Stick;
using Appliance.Agent.Tests.Commands;
using Appliance.Core.Configuration;
using Appliance.Core.Stick;

namespace Appliance.Agent.Tests.Stick;

/// <summary>From <c>appliance init --stick</c> to a node that is configured, refused or left alone.</summary>
public sealed class StickApplyTests : IDisposable
{
    private static readonly string[] Answers =
    [
        "--cluster", "site42", "--node-a", "pbx-a", "--node-b", "pbx-b", "--service-address", "192.168.1.245/24",
        "--lan-a", "192.168.1.241/24",
        "--lan-b", "192.168.1.242/24", "--gateway", "192.168.1.1", "--cluster-interface", "eth1", "--ping", "192.168.1.1", "--yes",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-stick-apply-");
    private readonly Host _host = new();
    private readonly List<string> _said = [];

    public StickApplyTests()
    {
        File.WriteAllText(In("keys.pub"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 someone\n");
        File.WriteAllText(In("g729.lic"), "licence");
        var run = CommandLine.Run([
            "init", "--stick", In("sticks"), "--ssh-keys", In("keys.pub"), "--licence", In("g729.lic"), .. Answers]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private string Etc => In("etc");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_fresh_node_takes_its_stick_and_says_so_on_it()
    {
        Assert.Equal(StickEnd.Accepted, Apply("pbx-b"));
        Assert.Equal("pbx-b\n", File.ReadAllText(Path.Combine(Etc, "node")));
        foreach (var name in new[] { "appliance.toml", "cluster.key", "ssh/authorized_keys", "licence/g729.lic" })
            Assert.Equal(File.ReadAllBytes(In($"sticks/pbx-b/{name}")), File.ReadAllBytes(Path.Combine(Etc, name)));
        Assert.False(File.Exists(Path.Combine(Etc, "proof")));
        Assert.StartsWith("ACCEPTED", Result("pbx-b"), StringComparison.Ordinal);
        Assert.Equal(["activate", "show stick-accepted"], _host.Log);
        Assert.Equal(File.ReadAllBytes(In("sticks/pbx-a/appliance.toml")), File.ReadAllBytes(In("sticks/pbx-b/appliance.toml")));
        var config = ConfigReader.Read(File.ReadAllBytes(Path.Combine(Etc, "appliance.toml"))).Config!;
        Assert.Equal(["eth0", "eth1"], config.Network!.Interfaces.Select(one => one.Name));
        Assert.NotNull(config.Firewall);
    }

    /// <summary>Both sticks of a pair in one fresh node: it becomes one of the two, and the other stick is told so.</summary>
    [Fact]
    public async Task Of_two_sticks_at_once_one_is_taken_and_the_other_is_judged_by_what_that_one_left()
    {
        _host.Meanwhile = TimeSpan.FromMilliseconds(300);
        var ends = await Task.WhenAll(Task.Run(() => Apply("pbx-a")), Task.Run(() => Apply("pbx-b")));
        Assert.Equal([StickEnd.Accepted, StickEnd.Refused], ends.Order());
        var (taken, other) = ends[0] == StickEnd.Accepted ? ("pbx-a", "pbx-b") : ("pbx-b", "pbx-a");
        Assert.Equal($"{taken}\n", File.ReadAllText(Path.Combine(Etc, "node")));
        Assert.StartsWith("ACCEPTED", Result(taken), StringComparison.Ordinal);
        Assert.StartsWith("REFUSED", Result(other), StringComparison.Ordinal);
        Assert.Contains($"the stick is for node {other}, and this node is {taken}", Result(other), StringComparison.Ordinal);
        Assert.Single(_host.Log, "activate");
    }

    [Fact]
    public async Task Of_two_equal_sticks_at_once_the_second_has_nothing_to_bring()
    {
        _host.Meanwhile = TimeSpan.FromMilliseconds(300);
        Copy("pbx-a", "twin");
        Assert.Equal([StickEnd.Accepted, StickEnd.Known],
            (await Task.WhenAll(Task.Run(() => Apply("pbx-a")), Task.Run(() => Apply("twin")))).Order());
    }

    [Theory]
    [InlineData("site.toml")]
    [InlineData("APPLIANCE-OLD.TOML")]
    public void A_second_TOML_file_in_the_root_is_refused_by_name_and_nothing_is_taken(string name)
    {
        File.WriteAllText(In($"sticks/pbx-a/{name}"), "");
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.Contains($"there are other TOML files in the root ({name})", Result("pbx-a"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Etc, "appliance.toml")));
    }

    [Fact]
    public void The_same_stick_again_changes_nothing_and_starts_nothing()
    {
        Apply("pbx-a");
        _host.Log.Clear();
        var before = File.GetLastWriteTimeUtc(Path.Combine(Etc, "appliance.toml"));
        Assert.Equal(StickEnd.Known, Apply("pbx-a"));
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(Etc, "appliance.toml")));
        Assert.Empty(_host.Log);
        Assert.StartsWith("ALREADY APPLIED", Result("pbx-a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_stick_needs_a_signature_and_then_an_old_one_does_not_come_back()
    {
        Apply("pbx-a");
        Copy("pbx-a", "old");
        Change("pbx-a");
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.Contains("the files are not those that proof lists", Result("pbx-a"), StringComparison.Ordinal);
        var sign = CommandLine.Run("stick", "sign", In("sticks/pbx-a"));
        Assert.True(sign.ExitCode == 0, sign.Error);
        Assert.Equal(StickEnd.Accepted, Apply("pbx-a"));
        Assert.Contains("700ms", File.ReadAllText(Path.Combine(Etc, "appliance.toml")), StringComparison.Ordinal);
        Assert.Equal(StickEnd.Refused, Apply("old"));
        Assert.Contains("an old stick does not bring back old settings", Result("old"), StringComparison.Ordinal);
        Assert.Contains("700ms", File.ReadAllText(Path.Combine(Etc, "appliance.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_proof_the_front_button_decides()
    {
        Apply("pbx-a");
        Change("pbx-a");
        File.Delete(In("sticks/pbx-a/proof"));
        _host.Log.Clear();
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.Equal(["button", "show stick-refused"], _host.Log);
        Assert.Contains("nobody held it", Result("pbx-a"), StringComparison.Ordinal);
        Assert.DoesNotContain("700ms", File.ReadAllText(Path.Combine(Etc, "appliance.toml")), StringComparison.Ordinal);
        _host.Button = null;
        Assert.Equal(StickEnd.Accepted, Apply("pbx-a"));
        Assert.Contains("700ms", File.ReadAllText(Path.Combine(Etc, "appliance.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_nodes_stick_and_another_clusters_are_refused_without_asking_for_the_button()
    {
        Apply("pbx-a");
        _host.Log.Clear();
        Assert.Equal(StickEnd.Refused, Apply("pbx-b"));
        Assert.Contains("the other stick belongs here", Result("pbx-b"), StringComparison.Ordinal);
        var run = CommandLine.Run(["init", "--stick", In("others"), .. Answers.Select(word => word == "site42" ? "site43" : word)]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(StickEnd.Refused, new StickApply(Etc, _folder.FullName, _host, _said.Add).Run(In("others/pbx-a")));
        Assert.Contains(_said, text => text.Contains("belongs to site42", StringComparison.Ordinal));
        Assert.DoesNotContain("button", _host.Log);
    }

    [Fact]
    public void What_the_machine_cannot_do_now_is_refused_before_anything_is_written()
    {
        _host.Why = "this node serves";
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.False(File.Exists(Path.Combine(Etc, "appliance.toml")));
        Assert.Contains("this node serves", Result("pbx-a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_with_problems_is_refused_with_all_of_them_on_the_stick()
    {
        var path = In("sticks/pbx-a/appliance.toml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("deadtime", "deadtme", StringComparison.Ordinal)
            .Replace("eth1", "eth9/", StringComparison.Ordinal));
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.Contains("heartbeat.deadtme", Result("pbx-a"), StringComparison.Ordinal);
        Assert.Contains("eth9/", Result("pbx-a"), StringComparison.Ordinal);
        Assert.Equal("USB stick: REFUSED: nothing was changed.", _host.Screen[0]);
        Assert.Contains(_host.Screen, line => line.Contains("heartbeat.deadtme", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Etc));
    }

    [Fact]
    public void The_screen_is_told_as_agetty_reads_it_and_not_more_than_it_can_show()
    {
        var folder = Directory.CreateDirectory(In("issue.d")).FullName;
        Assert.Null(StickScreen.Write(folder, [@"a \S file", "\u001b[2J", .. Enumerable.Repeat("x", 20)]));
        var text = File.ReadAllText(Path.Combine(folder, StickScreen.FileName));
        Assert.StartsWith(@"a \\S file", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("... 6 more lines", text, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder));
        Assert.Null(StickScreen.Write(In("no-screen"), ["x"]));
        Assert.False(Directory.Exists(In("no-screen")));
        Directory.CreateDirectory(Path.Combine(folder, StickScreen.FileName + ".new"));
        Assert.Contains("the screen is not told", StickScreen.Write(folder, ["x"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_no_stick_has_leads_nowhere()
    {
        File.WriteAllText(In("sdb1"), "");
        File.CreateSymbolicLink(In("by-id"), In("sdb1"));
        Assert.False(StickApply.Leads(In("by-label"), In("sdb1")));
        File.CreateSymbolicLink(In("by-label"), In("sdb1"));
        Assert.True(StickApply.Leads(In("by-label"), In("sdb1")));
        Assert.True(StickApply.Leads(In("by-label"), In("by-id")));
        Assert.False(StickApply.Leads(In("by-label"), In("sdc1")));
        File.Delete(In("sdb1"));
        File.WriteAllText(In("sdc1"), "");
        Assert.False(StickApply.Leads(In("by-label"), In("sdc1")));
    }

    /// <summary>Where the result cannot be written the decision stays.</summary>
    [Fact]
    public void A_stick_that_cannot_be_written_is_taken_all_the_same()
    {
        Directory.CreateDirectory(In("sticks/pbx-a/result.txt/x"));
        Assert.Equal(StickEnd.Accepted, Apply("pbx-a"));
        Assert.Contains(_said, text => text.Contains("result.txt could not be written", StringComparison.Ordinal)
            && text.Contains("what was decided stays", StringComparison.Ordinal));
    }

    [Fact]
    public void A_result_never_follows_a_link()
    {
        File.WriteAllText(In("victim"), "untouched");
        File.CreateSymbolicLink(In("sticks/pbx-a/result.txt"), In("victim"));
        File.CreateSymbolicLink(In("sticks/pbx-a/result.txt.new"), In("victim"));
        Apply("pbx-a");
        Assert.Equal("untouched", File.ReadAllText(In("victim")));
        Assert.StartsWith("ACCEPTED", Result("pbx-a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_refuses_and_leaves_the_old_files()
    {
        Apply("pbx-a");
        Change("pbx-a");
        CommandLine.Run("stick", "sign", In("sticks/pbx-a"));
        File.WriteAllText(Path.Combine(Etc, StickCommit.Stage), "in the way");
        Assert.Equal(StickEnd.Refused, Apply("pbx-a"));
        Assert.DoesNotContain("700ms", File.ReadAllText(Path.Combine(Etc, "appliance.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_takes_a_stick_and_its_exit_code_says_so()
    {
        string[] tail = ["--directory", Etc, "--no-restart", "--socket", In("no.sock")];
        Assert.Equal(0, CommandLine.Run(["stick", "apply", In("sticks/pbx-a"), .. tail]).ExitCode);
        var refused = CommandLine.Run(["stick", "apply", In("sticks/pbx-b"), .. tail]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("refused: nothing was changed", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("stick", "check", In("sticks/pbx-b")).ExitCode);
    }

    [Fact]
    public void Sticks_are_not_overwritten_unless_forced_and_options_without_effect_are_refused()
    {
        var again = CommandLine.Run(["init", "--stick", In("sticks"), .. Answers]);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("exists and is not touched", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(["init", "--stick", In("sticks"), "--force", .. Answers]).ExitCode);
        foreach (var (words, line) in new (string, string[])[]
        {
            ("--licence has no effect", ["init", "--licence", "x", "--print"]),
            ("--lan-a has no effect without --stick", ["init", "--directory", In("d"), .. Answers]),
            ("both nodes need a stick", ["init", "--stick-a", In("a"), .. Answers]),
            ("are the same", ["init", "--stick-a", In("a"), "--stick-b", In("a"), .. Answers]),
            ("--directory has no effect with --stick", ["init", "--stick", In("z"), "--directory", In("d"), .. Answers]),
        })
            Assert.Contains(words, CommandLine.Run(line).Error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private StickEnd Apply(string stick) => new StickApply(Etc, _folder.FullName, _host, Say).Run(In($"sticks/{stick}"));

    private void Say(string text)
    {
        lock (_said) _said.Add(text);
    }

    private string Result(string stick) => File.ReadAllText(In($"sticks/{stick}/{StickNames.Result}"));

    private void Change(string stick)
    {
        var path = In($"sticks/{stick}/appliance.toml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("600ms", "700ms", StringComparison.Ordinal));
    }

    private void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(In($"sticks/{from}"), "*", SearchOption.AllDirectories))
        {
            var target = path.Replace($"sticks/{from}/", $"sticks/{to}/", StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    private sealed class Host : IStickHost
    {
        public List<string> Log { get; } = [];

        public string? Why { get; set; }

        /// <summary>How long the machine takes to use what is new.</summary>
        public TimeSpan Meanwhile { get; set; }

        public string? Button { get; set; } = "nobody held it";

        public string? Obstacle(ApplianceConfig? running, ApplianceConfig fresh) => Why;

        public string? WaitForButton()
        {
            Log.Add("button");
            return Button;
        }

        public void Show(string word) => Log.Add($"show {word}");

        public List<string> Screen { get; } = [];

        public string? Post(IReadOnlyList<string> lines)
        {
            Screen.Clear();
            Screen.AddRange(lines);
            return null;
        }

        public IEnumerable<string> Activate()
        {
            Log.Add("activate");
            Thread.Sleep(Meanwhile);
            return [];
        }
    }
}
