using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Live;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Health;

namespace Appliance.Agent.Tests.Web;

/// <summary>The script for Net-SNMP: alone, and below a real snmpd that a real snmpwalk asks.</summary>
public sealed partial class SnmpTests : IDisposable
{
    private const string Base = ".1.3.6.1.4.1.8072.9999.9999.694";

    private static readonly string Script = RepositoryFiles.PathOf("docs", "monitoring", "appliance-snmp");

    private readonly string _folder = Directory.CreateTempSubdirectory("appliance-snmp-").FullName;
    private readonly SocketFixture _fixture = new();

    public SnmpTests()
    {
        var evil = new SensorReading("space \"/ü\" & <b>|'", SensorLevel.Critical, "a\nb\\c\td \u001b[2J" + new string('x', 5000));
        var group = WebSnapshots.Ailing.Groups[0];
        // More than nine: 10 comes after 9 and not after 1.
        var more = Enumerable.Range(5, 8).Select(i => Snapshots.Resource($"r{i}", "ip", null));
        group = group with { Resources = [.. group.Resources, .. more] };
        _fixture.Agent.View = WebSnapshots.Ailing with
        {
            Sensors = [.. WebSnapshots.Ailing.Sensors, evil], Cluster = "", Groups = [group, .. WebSnapshots.Ailing.Groups.Skip(1)],
        };
    }

    [TerminalFact]
    public void It_speaks_the_protocol_of_pass_persist()
    {
        var said = Say(
            $"PING\nget\n{Base}.1.3.0\nget\n{Base}.1\nget\n{Base}.9.9\ngetnext\n{Base}\ngetnext\n{Base}.5.1.4.99\ngetnext\n.1.3.6\n"
            + $"set\n{Base}.1.3.0\nstring x\nnonsense\n\nget\n{Base}.1.3.0\n");
        Assert.Equal(
            ["PONG", $"{Base}.1.3.0", "string", "pbx-a", "NONE", "NONE", $"{Base}.1.1.0", "integer", "1", "NONE", $"{Base}.1.1.0",
                "integer", "1", "not-writable", "NONE"],
            said);
    }

    [TerminalFact]
    public void Numbers_follow_each_other_as_numbers() => Assert.Equal(
        [$"{Base}.3.1.3.1.10", "string", "r10", $"{Base}.3.1.3.1.2", "string", "vip", $"{Base}.3.1.3.2.1", "string", "fax-ip"],
        Say($"getnext\n{Base}.3.1.3.1.9\ngetnext\n{Base}.3.1.3.1.1\ngetnext\n{Base}.3.1.3.1.12\n"));

    [TerminalFact]
    public void Texts_stay_on_their_line_and_are_short_and_ascii()
    {
        var last = WebSnapshots.Ailing.Sensors.Count + 1;
        var said = Say($"get\n{Base}.5.1.2.{last}\nget\n{Base}.5.1.3.{last}\nget\n{Base}.5.1.4.{last}\nget\n{Base}.1.2.0\n");
        Assert.Equal(12, said.Length);
        Assert.Matches("^space \"/\\?+\" & <b>\\|'$", said[2]);
        Assert.Equal("2", said[5]);
        Assert.Equal(255, said[8].Length);
        Assert.All(said, line => Assert.True(line.All(letter => letter is >= ' ' and <= '~'), line));
        Assert.Equal("", said[11]);
    }

    [TerminalFact]
    public void An_agent_that_is_gone_is_one_value()
    {
        _fixture.StopServer();
        var said = Say($"getnext\n{Base}\ngetnext\n{Base}.1.1.0\nget\n{Base}.1.4.0\n");
        Assert.Equal([$"{Base}.1.1.0", "integer", "2", "NONE", "NONE"], said);
    }

    [SnmpFact]
    public void A_real_daemon_serves_what_the_mib_names_and_nothing_else()
    {
        using var daemon = Start(out var port);
        try
        {
            var walked = Walk(daemon, port);
            string Value(string at) =>
                Assert.Single(walked, line => line.StartsWith($"{Base}.{at} = ", StringComparison.Ordinal)).Split(" = ")[1];
            Assert.Equal("STRING: \"pbx-a\"", Value("1.3.0"));
            Assert.Equal("INTEGER: 1", Value("1.4.0"));
            Assert.Equal("Gauge32: 550", Value("1.6.0"));
            Assert.Equal("STRING: \"SyncSource\"", Value("2.1.7.1"));
            Assert.Equal("Gauge32: 31457280", Value("2.1.8.1"));
            Assert.Equal("INTEGER: 2", Value("3.1.4.1.4"));
            Assert.Equal("INTEGER: 3", Value("4.1.3.3"));
            Assert.Equal("INTEGER: 1", Value("5.1.3.1"));
            // Column by column, both ways.
            var told = walked.Select(line => Instance().Match(line).Groups[1].Value).Select(Column).ToHashSet();
            Assert.Equal(Named().Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        }
        finally
        {
            daemon.Kill();
            daemon.WaitForExit();
        }
    }

    /// <summary>"1.3.0" is column 1.3, "2.1.7.1" is 2.1.7.</summary>
    private static string Column(string at) => string.Join('.', at.Split('.').Take(at.StartsWith("1.", StringComparison.Ordinal) ? 2 : 3));

    private static HashSet<string> Named()
    {
        var mib = File.ReadAllText(RepositoryFiles.PathOf("docs", "monitoring", "APPLIANCE-MIB.txt"));
        var parents = Parent().Matches(mib).ToDictionary(
            match => match.Groups[1].Value, match => $"{match.Groups[2].Value} {match.Groups[3].Value}");
        string Place(string path)
        {
            var (above, number) = (path.Split(' ')[0], path.Split(' ')[1]);
            return above == "applianceMIB" ? number : $"{Place(parents[above])}.{number}";
        }

        return [.. Readable().Matches(mib).Select(match => Place(parents[match.Groups[1].Value]))];
    }

    private Process Start(out int port)
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)free.LocalEndPoint!).Port;
        free.Close();
        var config = Path.Combine(_folder, "snmpd.conf");
        File.WriteAllText(config, $"rocommunity public 127.0.0.1\npass_persist {Base} /bin/sh {Script}\n");
        var start = Environed(new ProcessStartInfo(
            "/usr/sbin/snmpd", ["-f", "-Lf", Path.Combine(_folder, "log"), "-C", "-c", config, "-p", Path.Combine(_folder, "pid"), "-I",
                "-smux", "-x", Path.Combine(_folder, "agentx"), $"udp:127.0.0.1:{port}"]));
        start.Environment["SNMP_PERSISTENT_DIR"] = _folder;
        return Process.Start(start)!;
    }

    /// <summary>A daemon that is not up yet does not answer: asked again while it lives.</summary>
    private static string[] Walk(Process daemon, int port)
    {
        for (var tries = 0; ; tries++)
        {
            var start = new ProcessStartInfo(
                "/usr/bin/snmpwalk", ["-v2c", "-c", "public", "-On", "-m", "", "-t", "5", "-r", "1", $"127.0.0.1:{port}", Base])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var walk = Process.Start(start)!;
            var said = walk.StandardOutput.ReadToEnd();
            walk.WaitForExit();
            if (walk.ExitCode == 0 && said.Contains($"{Base}.1.1.0", StringComparison.Ordinal))
                return said.TrimEnd('\n').Split('\n');
            Assert.True(tries < 10 && !daemon.HasExited, $"no walk: {said}{walk.StandardError.ReadToEnd()}");
            Thread.Sleep(300);
        }
    }

    private string[] Say(string words)
    {
        var start = Environed(new ProcessStartInfo("/bin/sh", [Script]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        using var script = Process.Start(start)!;
        script.StandardInput.Write(words);
        script.StandardInput.Close();
        var said = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        Assert.Equal(0, script.ExitCode);
        return said.EndsWith('\n') ? said[..^1].Split('\n') : said.Split('\n');
    }

    private ProcessStartInfo Environed(ProcessStartInfo start)
    {
        start.Environment["APPLIANCE"] = TerminalFactAttribute.Executable;
        start.Environment["APPLIANCE_SOCKET"] = _fixture.Path;
        return start;
    }

    public void Dispose()
    {
        _fixture.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("^\\.1\\.3\\.6\\.1\\.4\\.1\\.8072\\.9999\\.9999\\.694\\.([0-9.]+) = ")]
    private static partial Regex Instance();

    [GeneratedRegex("^(appliance[A-Za-z]+) OBJECT[ -](?s:.*?)::= \\{ (appliance[A-Za-z]+) ([0-9]+) \\}", RegexOptions.Multiline)]
    private static partial Regex Parent();

    [GeneratedRegex("^(appliance[A-Za-z]+) OBJECT-TYPE\n    SYNTAX [^\n]*\n    MAX-ACCESS read-only$", RegexOptions.Multiline)]
    private static partial Regex Readable();

    private sealed class SnmpFactAttribute : FactAttribute
    {
        public SnmpFactAttribute()
        {
            foreach (var needed in new[] { "/usr/sbin/snmpd", "/usr/bin/snmpwalk" })
                if (!File.Exists(needed)) Skip = $"{needed} is not installed (tests/install-needs.sh installs it)";
            if (!File.Exists(TerminalFactAttribute.Executable)) Skip = $"{TerminalFactAttribute.Executable} is not built";
        }
    }
}
