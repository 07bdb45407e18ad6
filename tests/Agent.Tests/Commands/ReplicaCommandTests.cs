using System.Diagnostics;
using System.Text.Json;
using Appliance.Agent.Replica.Text;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Tests.Replica.Client;
using Appliance.Core.Replica;

namespace Appliance.Agent.Tests.Commands;

public sealed class ReplicaCommandTests : IDisposable
{
    private readonly FakeReplica _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Proc_is_what_the_kernel_of_the_old_guide_wrote()
    {
        var lines = Run("status", "--proc").Output.TrimEnd('\n').Split('\n');
        Assert.Matches(@"^version: 8\.\d+\.\d+ \(api:\d+/proto:\d+-\d+\)$", lines[0]);
        Assert.StartsWith("srcversion: ", lines[1], StringComparison.Ordinal);
        Assert.Equal(" 0: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r-----", lines[2]);
        Assert.Equal("    ns:0 nr:459920 dw:459664 dr:0 al:0 bm:28 lo:3 pe:1279 ua:4 ap:0 ep:1 wo:f oos:2469104", lines[3]);
        Assert.Equal("\t[==>.................] sync'ed: 15.6% (2469104/2928512)K", lines[4]);
        Assert.Equal("\tfinish: 0:01:47 speed: 22,896 (21,876) want: 30,720 K/sec", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    [Theory]
    [InlineData(1000, 1000, "[>....................]   0.0%")]
    [InlineData(1000, 500, "[=========>..........]  50.0%")]
    [InlineData(1000, 1, "[==================>.]  99.9%")]
    [InlineData(1000, 0, "[===================>] 100.0%")]
    [InlineData(0, 0, "[===================>] 100.0%")]
    [InlineData(1000, 2000, "[>....................]   0.0%")]
    public void The_bar_has_twenty_cells_and_never_says_done_too_early(long total, long left, string expected)
    {
        var status = FakeReplica.Example with { Progress = new SyncProgress(total, left, 1, 1, 1, 1) };
        var found = ProcDrbd.Of([new ReplicaReply(true, Status: status)]).Replace(" sync'ed:", " ", StringComparison.Ordinal);
        Assert.Contains(expected, found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_copy_is_counted_in_megabytes_and_a_stalled_one_says_so()
    {
        var progress = new SyncProgress(20L << 20, 10L << 20, 0, 5, 1, -1);
        var text = ProcDrbd.Of([new ReplicaReply(true, Status: FakeReplica.Example with
        {
            Connection = ConnectionState.SyncSource, Frozen = "fencing", Progress = progress,
        })]);
        Assert.Contains("(10240/20480)M", text, StringComparison.Ordinal);
        Assert.EndsWith("\tfinish: 0:00:00 speed: 0 (5) K/sec (stalled)", text, StringComparison.Ordinal);
        Assert.Contains(" C s-----", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_is_for_people_and_its_exit_code_for_scripts()
    {
        var syncing = Run("status", "data");
        Assert.Equal(1, syncing.ExitCode);
        Assert.Contains("REPLICA data", syncing.Output, StringComparison.Ordinal);
        Assert.Contains("synced 15.6 %, 22.4 MiB/s, 1 min 47 s left", syncing.Output, StringComparison.Ordinal);
        _process.Status = FakeReplica.Example with
        {
            Connection = ConnectionState.Connected, Disk = DiskState.UpToDate, Progress = null, OutOfSyncKiB = 0,
        };
        var well = Run("status");
        Assert.True(well.ExitCode == 0, $"{well.ExitCode} {well.Output} {well.Error}");
    }

    [Fact]
    public void Json_has_every_field()
    {
        var one = JsonDocument.Parse(Run("status", "--json").Output).RootElement[0].GetProperty("status");
        Assert.Equal(("SyncTarget", 2469104L), (one.GetProperty("connection").GetString(), one.GetProperty("out_of_sync_ki_b").GetInt64()));
        Assert.Equal(107, one.GetProperty("progress").GetProperty("seconds_left").GetInt64());
    }

    [Fact]
    public void Nobody_there_is_exit_code_2_and_a_sentence()
    {
        _process.Die();
        var run = Run("status", "data");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("systemctl status appliance-replica@data.service", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("connect", "data").ExitCode);
        Assert.Equal(2, Run("status", "../agent").ExitCode);
    }

    [Theory]
    [InlineData("connect --discard-my-data", "connect", "{\"discard_my_data\":true}")]
    [InlineData("connect", "connect", "null")]
    [InlineData("disconnect", "disconnect", "null")]
    [InlineData("invalidate", "invalidate", "null")]
    [InlineData("invalidate --peer", "invalidate", "{\"peer\":true}")]
    [InlineData("verify", "verify", "null")]
    [InlineData("resize --size 20GiB", "resize", "{\"bytes\":21474836480}")]
    [InlineData("resize", "resize", "null")]
    [InlineData("attach", "attach", "null")]
    [InlineData("detach", "detach", "null")]
    [InlineData("primary --force", "primary", "{\"force\":true}")]
    [InlineData("primary", "primary", "null")]
    [InlineData("secondary", "secondary", "null")]
    public void Every_order_arrives_as_it_was_meant(string line, string order, string arguments)
    {
        var words = line.Split(' ');
        var run = Run([words[0], "data", .. words[1..]]);
        Assert.Equal((0, $"{order} done\n"), (run.ExitCode, run.Output));
        var came = Assert.Single(_process.Orders);
        var written = JsonSerializer.Serialize(came.Arguments, ReplicaRequestJson.Strict.ReplicaArguments);
        Assert.Equal((order, arguments), (came.Order, written));
    }

    [Fact]
    public void A_refusal_is_exit_code_1_with_its_reason()
    {
        _process.Refuses["secondary"] = "held by PID 7";
        var run = Run("secondary", "data");
        Assert.Equal((1, "appliance: held by PID 7"), (run.ExitCode, run.Error.TrimEnd()));
    }

    [Fact]
    public void Waiting_ends_when_it_is_so_or_when_time_is_up()
    {
        Assert.Equal(0, Run("wait", "data", "--timeout", "5s").ExitCode);
        var late = Run("wait", "data", "--for", "primary", "--timeout", "300ms");
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("it is Connected, Secondary/Secondary, UpToDate/UpToDate", late.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("wait", "data", "--for", "ever").ExitCode);
    }

    [Fact]
    public void The_units_are_what_systemd_understands()
    {
        var folder = Directory.CreateTempSubdirectory("appliance-units-");
        try
        {
            var units = Directory.GetFiles(RepositoryFiles.PathOf("systemd"), "*.service");
            foreach (var unit in units)
                File.WriteAllText(Path.Combine(folder.FullName, Path.GetFileName(unit)),
                    File.ReadAllText(unit).Replace("=/usr/bin/appliance ", "=/bin/true ", StringComparison.Ordinal));
            var start = new ProcessStartInfo("systemd-analyze", ["verify", "--man=no",
                .. Directory.GetFiles(folder.FullName).Select(path => path.Replace("@.", "@data.", StringComparison.Ordinal))])
            {
                RedirectStandardError = true,
            };
            File.Copy(Path.Combine(folder.FullName, "appliance-replica@.service"),
                Path.Combine(folder.FullName, "appliance-replica@data.service"));
            using var analyze = Process.Start(start)!;
            var complaints = analyze.StandardError.ReadToEnd();
            analyze.WaitForExit();
            Assert.DoesNotContain("appliance", complaints, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_replica_outlives_the_file_systems_on_it_and_its_agent()
    {
        var unit = File.ReadAllLines(RepositoryFiles.PathOf("systemd", "appliance-replica@.service"));
        foreach (var line in new[] { "Type=notify", "DefaultDependencies=no", "Restart=always", "RestartSec=0", "StartLimitIntervalSec=0",
            "KillMode=process", "RuntimeDirectoryPreserve=yes", "LimitMEMLOCK=infinity", "Before=appliance-agent.service" })
            Assert.Contains(line, unit);
        Assert.DoesNotContain(unit, line => line.StartsWith("Conflicts=", StringComparison.Ordinal));
        Assert.Contains("RuntimeDirectoryPreserve=yes", File.ReadAllLines(RepositoryFiles.PathOf("systemd", "appliance-agent.service")));
    }

    private CommandLine Run(params string[] words) => CommandLine.Run(["replica", .. words, "--socket", _process.AgentSocket]);
}
