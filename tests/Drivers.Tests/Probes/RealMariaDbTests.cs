using Appliance.Drivers.Probes;

namespace Appliance.Drivers.Tests.Probes;

/// <summary>The probe and a real server. One server for all; what a test changes it changes back.</summary>
public sealed class RealMariaDbTests(RealMariaDb server) : IClassFixture<RealMariaDb>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private MysqlProbe Probe(string user, bool write = true) => new(new MysqlTarget(server.Socket, "", 0, user, "", write));

    private ProbeAnswer Ask(string user, bool write = true)
    {
        using var probe = Probe(user, write);
        return probe.Ask(Long);
    }

    [RealMariaDbFact]
    public void A_write_makes_its_schema_once_and_then_only_replaces_its_row()
    {
        for (var round = 0; round < 3; round++)
        {
            var answer = Ask("probe");
            Assert.True(answer.Healthy, answer.Text);
            Assert.Contains("SELECT 1 and a write answered", answer.Text, StringComparison.Ordinal);
        }
    }

    [RealMariaDbFact]
    public void Without_the_wish_nothing_is_written()
    {
        var answer = Ask("poor", write: false);
        Assert.True(answer.Healthy, answer.Text);
        Assert.StartsWith("SELECT 1 answered", answer.Text, StringComparison.Ordinal);
    }

    [RealMariaDbFact]
    public void Who_may_not_write_is_told_and_no_reason_for_a_restart()
    {
        var answer = Ask("poor");
        Assert.True(answer.Healthy && answer.Notable, answer.Text);
        Assert.Contains("refuses the probe's user", answer.Text, StringComparison.Ordinal);
    }

    [RealMariaDbFact]
    public void An_account_that_is_unknown_is_told_and_no_reason_for_a_restart()
    {
        var answer = Ask("nobody-here");
        Assert.True(answer.Healthy && answer.Notable, answer.Text);
    }

    [RealMariaDbFact]
    public void A_server_that_is_read_only_is_told_and_no_reason_for_a_restart()
    {
        Assert.True(Ask("probe").Healthy);
        server.Say("SET GLOBAL read_only = 1");
        try
        {
            foreach (var write in new[] { true, false })
            {
                var answer = Ask("probe", write);
                Assert.True(answer.Healthy && answer.Notable, answer.Text);
                Assert.Contains("takes no writes", answer.Text, StringComparison.Ordinal);
            }
        }
        finally
        {
            server.Say("SET GLOBAL read_only = 0");
        }
    }

    [RealMariaDbFact]
    public void A_server_that_is_stopped_without_ending_is_a_miss_in_time_and_well_again_afterwards()
    {
        using var probe = Probe("probe");
        Assert.True(probe.Ask(Long).Healthy);
        server.Signal("STOP");
        try
        {
            var until = Deadline.After(TimeSpan.FromSeconds(10));
            var answer = probe.Ask(TimeSpan.FromMilliseconds(300));
            Assert.False(answer.Healthy);
            Assert.Contains("within 300 ms", answer.Text, StringComparison.Ordinal);
            Assert.True(until.Left > TimeSpan.Zero);
        }
        finally
        {
            server.Signal("CONT");
        }

        Assert.True(SpinWait.SpinUntil(() => probe.Ask(TimeSpan.FromSeconds(2)).Healthy, Long));
    }

    [Theory]
    [InlineData(1021u, "Disk full (x); waiting for someone to free some space", true)]
    [InlineData(1114u, "The table 'beat' is full", true)]
    [InlineData(1030u, "Got error 28 \"No space left on device\" from storage engine InnoDB", true)]
    [InlineData(3u, "Error writing file './x' (Errcode: 28 \"No space left on device\")", true)]
    [InlineData(1030u, "Got error 168 \"Unknown (generic) error from engine\" from storage engine InnoDB", false)]
    [InlineData(3u, "Error writing file './x' (Errcode: 5 \"Input/output error\")", false)]
    [InlineData(1290u, "--read-only", true)]
    [InlineData(1205u, "Lock wait timeout exceeded", false)]
    [InlineData(2013u, "Lost connection", false)]
    public void What_a_restart_cannot_mend_is_no_miss(uint number, string words, bool healthy)
    {
        var answer = MysqlProbe.Judge(number, words);
        Assert.Equal((healthy, healthy), (answer.Healthy, answer.Notable));
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_without_room_is_told_and_one_that_cannot_be_asked_is_not()
    {
        Assert.Contains("make room", MysqlProbe.Room("/tmp", long.MaxValue), StringComparison.Ordinal);
        Assert.Contains("/tmp", MysqlProbe.Room("/tmp", long.MaxValue), StringComparison.Ordinal);
        Assert.Empty(MysqlProbe.Room("/tmp", 0));
        Assert.Empty(MysqlProbe.Room("/nonexistent/anywhere", long.MaxValue));
    }

    private sealed class RealMariaDbFactAttribute : FactAttribute
    {
        public RealMariaDbFactAttribute()
        {
            if (RealMariaDb.Root is null) Skip = "no MariaDB here, neither installed nor in the lab's cache";
            else if (!System.Runtime.InteropServices.NativeLibrary.TryLoad("libmariadb.so.3", out _)) Skip = "libmariadb3 is not installed";
        }
    }
}
