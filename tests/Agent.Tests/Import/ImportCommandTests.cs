using System.Text.Json;
using Appliance.Agent.Tests.Commands;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Tests.Import;

public sealed class ImportCommandTests : IDisposable
{
    private const string HaCf = "keepalive 1\ndeadtime 10\nbcast eth1\nnode left right\nauto_failback off\ncluster quay\n"
        + "stonith_host * external/ipmi right 10.5.5.5 admin Verborgen lanplus\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appliance-import-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_copy_of_etc_becomes_a_file_that_is_usable()
    {
        Etc();
        var run = CommandLine.Run("import", PathOf("etc"));
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        var config = Config(run.Output);
        Assert.Equal(["left", "right"], config.Nodes.AsEnumerable());
        Assert.Equal("quay", config.Cluster.Name);
        Assert.Contains("0 refused; nothing to fill in", run.Error, StringComparison.Ordinal);
        Assert.Contains("etc/ha.d/authkeys:2: noted: sha1:", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Verborgen", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_with_the_name_of_a_file_is_refused_and_not_waited_for()
    {
        Etc();
        var pipe = Path.Combine(PathOf("etc"), "asha.conf");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe])) make.WaitForExit();
        foreach (var path in (string[])[PathOf("etc"), pipe])
        {
            var run = CommandLine.Run("import", path);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("asha.conf is no regular file", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_gets_the_file_a_new_key_and_the_passwords_and_nothing_is_overwritten()
    {
        Etc();
        var (target, report) = (PathOf("new") + "/", PathOf("report.txt"));
        var run = CommandLine.Run("import", PathOf("etc"), "--output", target, "--report", report);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["appliance.toml", "cluster.key", "fence-ipmi-right.password"],
            Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var name in new[] { "cluster.key", "fence-ipmi-right.password" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(target, name)));
        Assert.NotNull(KeyFile.Read(File.ReadAllBytes(Path.Combine(target, "cluster.key"))).Keys);
        Assert.Equal("Verborgen\n", File.ReadAllText(Path.Combine(target, "fence-ipmi-right.password")));
        Assert.Contains("/etc/ha.d/ha.cf:1: mapped: keepalive: heartbeat.keepalive", File.ReadAllText(report), StringComparison.Ordinal);
        Config(File.ReadAllText(Path.Combine(target, "appliance.toml")));
        var checkedFile = CommandLine.Run("config", "check", Path.Combine(target, "appliance.toml"));
        Assert.True(checkedFile.ExitCode == 0, checkedFile.Output);

        var key = File.ReadAllText(Path.Combine(target, "cluster.key"));
        var again = CommandLine.Run("import", PathOf("etc"), "--output", target);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("exists and is not touched", again.Error, StringComparison.Ordinal);
        Assert.Equal(key, File.ReadAllText(Path.Combine(target, "cluster.key")));
        Assert.Equal(2, CommandLine.Run("import", PathOf("etc"), "--output", PathOf("other.toml"), "--report", report).ExitCode);
        Assert.False(File.Exists(PathOf("other.toml")));
    }

    [Fact]
    public void A_gap_or_a_refusal_is_exit_code_1_and_config_check_names_the_same()
    {
        Write("ha.cf", "node left right\nbcast eth1\nfrobnicate 3\n");
        var run = CommandLine.Run("import", PathOf("ha.cf"), "--cluster", "quay", "--output", PathOf("out.toml"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ha.cf:3: refused: frobnicate:", run.Output, StringComparison.Ordinal);
        Assert.Contains("out.toml:1: fill in: group: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("--output FOLDER/ makes a new cluster.key", run.Output, StringComparison.Ordinal);
        var check = CommandLine.Run("config", "check", PathOf("out.toml"));
        Assert.Contains("not usable, 1 problem", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_object_with_everything()
    {
        Etc();
        var run = CommandLine.Run("import", PathOf("etc"), "--json", "--node-a", "right");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal(0, root.GetProperty("refused").GetInt32());
        var (mapped, noted) = (root.GetProperty("mapped").GetInt32(), root.GetProperty("noted").GetInt32());
        Assert.Equal(mapped + noted, root.GetProperty("findings").GetArrayLength());
        Assert.Equal(["right", "left"], Config(root.GetProperty("toml").GetString()!).Nodes.AsEnumerable());
    }

    [Fact]
    public void Usage_that_is_wrong_is_told()
    {
        Write("etc/hosts", "127.0.0.1 localhost\n");
        Write("prose.txt", "Once upon a time\n");
        Write("ha.cf", HaCf);
        foreach (var (words, arguments) in new[]
        {
            ("there is no such file", new[] { PathOf("gone") }),
            ("there is no ha.cf", [PathOf("etc")]),
            ("this is none of the files that are known", [PathOf("prose.txt")]),
            ("--node-a a b: expected", [PathOf("ha.cf"), "--node-a", "a b"]),
            ("--cluster : expected", [PathOf("ha.cf"), "--cluster", ""]),
            ("the name of a file to write is empty", [PathOf("ha.cf"), "--output", ""]),
            ("name the same file", [PathOf("ha.cf"), "--output", PathOf("x"), "--report", PathOf("x")]),
        })
        {
            var run = CommandLine.Run(["import", .. arguments]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(words, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_link_in_a_copy_is_not_followed_and_a_pipe_is_not_opened()
    {
        Etc();
        File.CreateSymbolicLink(PathOf("etc/drbd.d"), "/");
        File.CreateSymbolicLink(PathOf("etc/corosync.conf"), PathOf("etc/ha.d/ha.cf"));
        Assert.Equal(0, CommandLine.Run("import", PathOf("etc")).ExitCode);
        Assert.Equal(2, CommandLine.Run("import", "/dev/null").ExitCode);
    }

    private void Etc()
    {
        Write("etc/ha.d/ha.cf", HaCf);
        Write("etc/ha.d/haresources", "left 10.0.0.9/24/eth0 asterisk\n");
        Write("etc/ha.d/authkeys", "auth 1\n1 sha1 Verborgen\n");
        Write("etc/hostname", "left\n");
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    private static ApplianceConfig Config(string toml)
    {
        var read = ConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(toml));
        Assert.True(read.Config is not null, string.Join('\n', read.Problems) + "\n" + toml);
        return read.Config;
    }
}
