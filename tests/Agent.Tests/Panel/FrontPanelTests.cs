using System.Collections.Concurrent;
using Appliance.Agent.Panel;
using Appliance.Agent.Tests.Commands;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Panel;
using Appliance.Core.Replica;
using Appliance.Drivers.Button;
using Appliance.Drivers.Display;
using Appliance.Drivers.Led;

namespace Appliance.Agent.Tests.Panel;

/// <summary>The panel's threads on twins.</summary>
public sealed class FrontPanelTests : IDisposable
{
    private static readonly PanelConfig Config = new(
        new PanelLed("status", null), new PanelLed("role", null), new PanelDisplay.Ssd1306("/dev/i2c-9", 0x3C),
        new PanelPush(new GpioLineName("gpiochip9", 6), TimeSpan.FromMilliseconds(300), true));

    private readonly Twins _twins = new();
    private readonly ConcurrentQueue<Report> _told = [];
    private readonly FrontPanel _panel;
    private volatile PanelFacts _facts = PanelFactsOf.Of(Snapshots.Healthy, ["192.168.1.245"]);
    private volatile string _answer = "pbx moves to the other node";
    private int _orders;

    public FrontPanelTests() => _panel = new FrontPanel(Config, _twins, () => _facts, Order, _told.Enqueue);

    [Fact]
    public void Lights_and_display_follow_the_node()
    {
        _panel.Start();
        Until(() => (_twins.Status.Seen, _twins.Role.Seen) == (LedRhythm.On, LedRhythm.On));
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING");
        _facts = PanelFactsOf.Of(Snapshots.PeerDead, []);
        Until(() => _twins.Status.Seen == LedRhythm.Wink);
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVES, NO SPARE");
        Until(() => _panel.Status.Showing == "serving-alone");
        Assert.Equal(("wink", "on"), (_panel.Status.StatusLight, _panel.Status.RoleLight));
        Assert.Empty(_panel.Status.Troubles);
    }

    [Fact]
    public void After_the_agent_the_panel_says_that_there_is_none()
    {
        _panel.Start();
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING");
        _panel.Dispose();
        Assert.Equal((LedRhythm.Off, LedRhythm.Off), (_twins.Status.Seen, _twins.Role.Seen));
        Assert.Equal("NO AGENT", _twins.Glass.Glass[0].Trim());
    }

    [Fact]
    public void A_part_that_fails_is_told_once_stops_no_other_and_comes_back()
    {
        _twins.Glass.IsGone = true;
        _twins.Role.IsForbidden = true;
        _panel.Start();
        Until(() => _twins.Status.Seen == LedRhythm.On && _told.Count == 2);
        Assert.All(_told, report => Assert.Equal(ReportKind.Alarm, report.Kind));
        Assert.Contains(_told, report => report.Text == "front panel: display: no device answers at 0x27 on /dev/i2c-9: wiring, power, or "
            + "another address");
        Assert.Equal(2, _panel.Status.Troubles.Count);
        (_twins.Glass.IsGone, _twins.Role.IsForbidden) = (false, false);
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING" && _twins.Role.Seen == LedRhythm.On);
        Until(() => _panel.Status.Troubles.Count == 0);
        Assert.Equal(4, _told.Count);
    }

    [Fact]
    public void A_display_that_hangs_stops_neither_lights_nor_button()
    {
        _twins.Glass.Slowness = TimeSpan.FromSeconds(1);
        _panel.Start();
        _facts = PanelFactsOf.Of(Snapshots.PeerDead, []);
        Until(() => _twins.Status.Seen == LedRhythm.Wink);
        _twins.Push.Press();
        Until(() => _twins.Glass.Glass[0].Trim() == "SWITCH OVER?");
        _twins.Push.Release();
        Hold(() => _orders == 1);
        Until(() => _orders == 1);
    }

    [Fact]
    public void A_panel_that_is_broken_does_not_say_that_the_pair_is()
    {
        var view = Snapshots.Healthy with
        {
            Alarms = [new Agent.Status.AlarmStatus(false, "front panel: display: no device answers at 0x27 on /dev/i2c-9")],
        };
        Assert.Equal(PanelState.Serving, PanelPicture.Of(PanelFactsOf.Of(view, [])).State);
        Assert.Equal(Agent.Status.HealthLevel.Warning, view.Health.Level);
    }

    [Fact]
    public void A_line_at_the_other_node_is_a_line_alarm_only_where_the_group_is_served()
    {
        var away = Snapshots.Pbx() with { Lines = [new Agent.Lines.LineView("relay", "lcus", LineStanding.There, "at pbx-b")] };
        var facts = PanelFactsOf.Of(Snapshots.Healthy with { Groups = [away] }, []);
        Assert.Equal(PanelState.LineAlarm, PanelPicture.Of(facts).State);
        Assert.Equal("relay: There", Assert.Single(facts.Lines));
        var standby = Snapshots.Healthy with { Groups = [away with { Role = Role.Passive, PeerRole = Role.Active }] };
        Assert.Equal(PanelState.Standby, PanelPicture.Of(PanelFactsOf.Of(standby, [])).State);
    }

    [Fact]
    public void Short_presses_page_and_a_long_one_asks_and_orders_when_held_again()
    {
        _panel.Start();
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING");
        Push();
        Until(() => _twins.Glass.Glass[0].Trim() == "NODES");
        Hold(() => _twins.Glass.Glass[0].Trim() == "SWITCH OVER?");
        Assert.Equal(0, _orders);
        Hold(() => _orders == 1);
        Until(() => _twins.Glass.Glass[0].Trim() == "SWITCHOVER"
            && _twins.Glass.Glass[1].StartsWith("pbx moves", StringComparison.Ordinal));
        Assert.Contains(_told, report => report is { Kind: ReportKind.Command } && report.Text.EndsWith(_answer, StringComparison.Ordinal));
    }

    [Fact]
    public void A_refusal_is_on_the_display_in_words()
    {
        _answer = "refused: pbx-b is in standby";
        _panel.Start();
        Hold(() => _twins.Glass.Glass[0].Trim() == "SWITCH OVER?");
        Hold(() => _twins.Glass.Glass[1].StartsWith("refused:", StringComparison.Ordinal));
        // The next push is for the message: it turns no page behind it.
        Push();
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING");
    }

    [Fact]
    public void A_copy_that_is_not_complete_never_says_100()
    {
        var status = Replica.Client.FakeReplica.Example with { OutOfSyncKiB = 1, Progress = new SyncProgress(1000, 1, 1, 1, 1, 1) };
        var group = Snapshots.Pbx() with { Replica = new Agent.Status.GroupReplica("data", status) };
        Assert.Equal(99, PanelFactsOf.Of(Snapshots.Healthy with { Groups = [group] }, []).Copied);
        status = status with { Progress = new SyncProgress(1000, 0, 1, 1, 1, 1) };
        group = group with { Replica = new Agent.Status.GroupReplica("data", status) };
        Assert.Equal(99, PanelFactsOf.Of(Snapshots.Healthy with { Groups = [group] }, []).Copied);
    }

    [Fact]
    public void A_part_that_failed_is_left_alone_for_a_while()
    {
        var (opened, told) = (0, 0);
        using var part = new PanelPart<SimulatedLed>("light", () =>
        {
            opened++;
            throw new IOException("no such light");
        }, (_, _) => told++);
        for (var round = 0; round < 50; round++) Assert.False(part.Use(_ => { }));
        Assert.Equal((1, 1, "no such light"), (opened, told, part.Trouble));
    }

    [Fact]
    public void A_button_that_goes_while_it_is_held_orders_nothing()
    {
        _panel.Start();
        Until(() => _twins.Glass.Glass[0].Trim() == "SERVING");
        _twins.Push.Press();
        _twins.Push.IsGone = true;
        Until(() => _told.Any(report => report.Text.Contains("button", StringComparison.Ordinal)));
        _twins.Push.Release();
        _twins.Push.IsGone = false;
        Until(() => _told.Any(report => report.Text == "front panel: button works again"));
        Assert.Equal(0, _orders);
    }

    [Fact]
    public void The_button_is_seen_from_outside_while_it_is_held()
    {
        Assert.Null(_panel.Status.ButtonHeld);
        _panel.Start();
        Until(() => _panel.Status.ButtonHeld == false);
        _twins.Push.Press();
        Until(() => _panel.Status.ButtonHeld == true);
        _twins.Push.Release();
        Until(() => _panel.Status.ButtonHeld == false);
    }

    [Fact]
    public void What_is_said_of_a_stick_is_what_to_do_about_it()
    {
        _panel.Start();
        _panel.Try(PanelState.StickAsks, TimeSpan.FromSeconds(60));
        Until(() => _twins.Glass.Glass[0].Trim() == "HOLD THE BUTTON"
            && _twins.Glass.Glass[1].StartsWith("Hold the", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_shows_its_state_and_ends_by_itself()
    {
        _panel.Start();
        _panel.Try(PanelState.Fencing, TimeSpan.FromSeconds(2));
        Until(() => _twins.Status.Seen == LedRhythm.Fast && _twins.Role.Seen == LedRhythm.Fast);
        Until(() => _twins.Glass.Glass[0].Trim() == "RESETTING");
        Until(() => _twins.Status.Seen == LedRhythm.On && _twins.Glass.Glass[0].Trim() == "SERVING");
    }

    [Fact]
    public void The_order_of_a_button_names_the_groups_of_this_node_and_else_those_of_the_other()
    {
        var agent = new FakeAgent { Reply = new Agent.Control.CommandReply(true, "pbx moves") };
        Assert.Equal("pbx moves", PanelSwitchover.Order(agent));
        agent.View = Snapshots.Healthy with { Groups = [Snapshots.Pbx() with { Role = Role.Passive, PeerRole = Role.Active }] };
        agent.Reply = new Agent.Control.CommandReply(false, "pbx-a is not fit");
        Assert.Equal("refused: pbx-a is not fit", PanelSwitchover.Order(agent));
        Assert.Equal([new Command.Switchover("pbx"), new Command.Switchover("pbx")], agent.Commands);
        agent.View = Snapshots.Healthy with { Groups = [Snapshots.Pbx() with { Role = Role.Passive, PeerRole = null }] };
        Assert.Contains("no group is served", PanelSwitchover.Order(agent), StringComparison.Ordinal);
    }

    [Fact]
    public void The_commands_ask_the_agent()
    {
        using var fixture = new SocketFixture();
        Assert.Equal(2, CommandLine.Run(fixture, "panel", "show").ExitCode);
        fixture.Agent.View = Snapshots.Battered;
        var show = CommandLine.Run(fixture, "panel", "show");
        Assert.Equal(1, show.ExitCode);
        Assert.Contains("state   maintenance", show.Output, StringComparison.Ordinal);
        Assert.Contains("|MAINTENANCE", show.Output, StringComparison.Ordinal);
        var test = CommandLine.Run(fixture, "panel", "test", "--step", "1ms");
        Assert.Equal((0, ""), (test.ExitCode, test.Error));
        Assert.Equal(PanelTable.Rows.Count, fixture.Agent.PanelStates.Count);
        Assert.All(PanelTable.Rows, row => Assert.Contains(row.Word, test.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_agent_the_test_drives_the_parts_itself_and_says_what_is_missing()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml"))
            + "\n[panel]\nleds = { status = \"no-such-led\" }\n");
        var run = CommandLine.Run("panel", "test", "--config", file, "--step", "1ms", "--socket", "/nowhere/s");
        File.Delete(file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("status light: there is no LED no-such-led", run.Error, StringComparison.Ordinal);
        Assert.Contains("no-agent", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _panel.Dispose();

    private string Order()
    {
        Interlocked.Increment(ref _orders);
        return _answer;
    }

    private void Push()
    {
        _twins.Push.Press();
        _twins.Push.Release();
    }

    /// <summary>Held until what it is held for has happened.</summary>
    private void Hold(Func<bool> happened)
    {
        _twins.Push.Press();
        Until(happened);
        _twins.Push.Release();
    }

    private static void Until(Func<bool> happened) => Assert.True(SpinWait.SpinUntil(happened, 30_000));

    private sealed class Twins : PanelDevices
    {
        public SimulatedLed Status { get; } = new("status");

        public SimulatedLed Role { get; } = new("role");

        public SimulatedDisplay Glass { get; } = new(20, 4);

        public SimulatedButton Push { get; } = new();

        public override ILed Led(PanelLed led) => led.Name == "status" ? Status : Role;

        public override IDisplay Display(PanelDisplay display) => Glass;

        public override IButton Button(PanelPush push) => Push;
    }
}
