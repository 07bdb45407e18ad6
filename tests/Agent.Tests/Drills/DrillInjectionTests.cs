using System.Diagnostics;
using Appliance.Agent.Drills;

namespace Appliance.Agent.Tests.Drills;

/// <summary>Faults that are really made, on processes of the test, and what keeps them short.</summary>
public sealed class DrillInjectionTests
{
    private static readonly DrillFault.Signal Hang = new("pbx", "asterisk", "asterisk.service", hangs: true) { NoticeMs = 3500 };

    [Fact]
    public void The_rules_of_a_link_end_by_themselves()
    {
        var rules = LinkInjection.Rules(new DrillFault.Link("cable", "eth1", 694) { NoticeMs = 1200 });
        Assert.Contains("elements = { 694 timeout 6s }", rules, StringComparison.Ordinal);
        Assert.Contains("iifname \"eth1\" udp dport @ports drop", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("output", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_stand_still_until_the_fault_is_taken_back()
    {
        using var sleeper = Process.Start("sleep", "300");
        try
        {
            var end = new FakeEnd();
            using var injection = new SignalInjection(_ => [sleeper.Id], Hang, end);
            Assert.Null(injection.Prepare());
            // What outlives the drill stands before anything stands still.
            Assert.Equal(("asterisk.service", TimeSpan.FromSeconds(11)), (end.Unit, end.After));
            Assert.Null(injection.Inject());
            Await(sleeper, 'T');
            Assert.Null(injection.Release());
            Await(sleeper, 'S');
            Assert.Null(end.Unit);
        }
        finally
        {
            sleeper.Kill();
        }
    }

    [Fact]
    public void Without_something_that_outlives_the_drill_nothing_is_stopped()
    {
        using var injection = new SignalInjection(_ => [], Hang, new FakeEnd { Problem = "no systemd" });
        Assert.Equal("nobody would end the fault if this command is killed: no systemd", injection.Prepare());
    }

    [Fact]
    public void A_killed_process_is_dead()
    {
        using var sleeper = Process.Start("sleep", "300");
        var kill = new DrillFault.Signal("pbx", "asterisk", "asterisk.service", hangs: false);
        using var injection = new SignalInjection(_ => [sleeper.Id], kill, new FakeEnd { Problem = "unused" });
        Assert.Null(injection.Prepare());
        Assert.Null(injection.Inject());
        sleeper.WaitForExit();
        Assert.Null(injection.Release());
        Assert.Equal(128 + 9, sleeper.ExitCode);
    }

    [Fact]
    public void One_drill_at_a_time()
    {
        var folder = Directory.CreateTempSubdirectory("appliance-drill-").FullName;
        using (var first = DrillLock.Take($"{folder}/agent.sock", out var problem))
        {
            Assert.Equal("", problem);
            Assert.Null(DrillLock.Take($"{folder}/agent.sock", out problem));
            Assert.StartsWith("another drill is under way on this node", problem, StringComparison.Ordinal);
        }

        using (var again = DrillLock.Take($"{folder}/agent.sock", out _)) Assert.NotNull(again);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Reports_are_kept_and_the_oldest_go()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("appliance-drill-").FullName, "drills");
        var folder = new DrillFolder(path);
        Assert.Null(folder.Open());
        for (var day = 0; day < 110; day++)
        {
            var at = DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
            Assert.Null(folder.Keep(new DrillReport
            {
                Fault = "link cable", Cluster = "site42", Node = "pbx-a", At = at, Problem = "", Phases = [], Users = [], Events = [],
            }));
        }

        var kept = Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(200, kept.Count);
        Assert.Equal("1970-01-11T000000Z-link-cable.json", kept[0]);
        Directory.Delete(path, recursive: true);
        File.WriteAllText(path, "no folder");
        Assert.StartsWith($"the report cannot be kept in {path}: ", folder.Open(), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static void Await(Process process, char state)
    {
        var found = ' ';
        for (var tries = 0; tries < 3000 && found != state; tries++, Thread.Sleep(10))
        {
            var stat = File.ReadAllText($"/proc/{process.Id}/stat");
            found = stat[stat.LastIndexOf(')') + 2];
        }

        Assert.Equal(state, found);
    }

    private sealed class FakeEnd : IDrillEnd
    {
        public string? Problem { get; init; }

        public string? Unit { get; private set; }

        public TimeSpan After { get; private set; }

        public string? Set(string unit, TimeSpan after)
        {
            (Unit, After) = (unit, after);
            return Problem;
        }

        public string? Unset()
        {
            Unit = null;
            return null;
        }
    }
}
