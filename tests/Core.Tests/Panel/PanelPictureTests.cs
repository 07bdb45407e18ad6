using Appliance.Core.Cluster;
using Appliance.Core.Panel;

namespace Appliance.Core.Tests.Panel;

public sealed class PanelPictureTests
{
    private static readonly PanelFacts Active = new("pbx-a", "pbx-b", true)
    {
        Groups = [new PanelGroup("pbx", Role.Active, Role.Passive)],
    };

    private static readonly PanelFacts Passive = Active with { Groups = [new PanelGroup("pbx", Role.Passive, Role.Active)] };

    [Fact]
    public void A_pair_that_is_well()
    {
        Assert.Equal(PanelState.Serving, State(Active));
        Assert.Equal(PanelState.Standby, State(Passive));
    }

    [Fact]
    public void Each_trouble_shows_its_state()
    {
        Assert.Equal(PanelState.NoAgent, State(Active with { AgentRuns = false }));
        Assert.Equal(PanelState.Fencing, State(Active with { Groups = [new PanelGroup("pbx", Role.Fencing, Role.Passive)] }));
        Assert.Equal(PanelState.Starting, State(Passive with { IsNew = true, ServiceLost = true }));
        Assert.Equal(PanelState.Starting, State(Passive with { Groups = [new PanelGroup("pbx", Role.Activating, null)] }));
        Assert.Equal(PanelState.Starting, State(Passive with { Groups = [new PanelGroup("pbx", Role.Deactivating, null)] }));
        Assert.Equal(PanelState.NoPeer, State(Passive with { ServiceLost = true, PeerHeard = false, Reasons = ["x"] }));
        Assert.Equal(PanelState.Failed, State(Passive with { ServiceLost = true, Reasons = ["x"] }));
        Assert.Equal(PanelState.Failed, State(Passive with { Groups = [new PanelGroup("pbx", Role.Failed, Role.Active)] }));
        Assert.Equal(PanelState.LineAlarm, State(Active with { LineTrouble = true, Reasons = ["span 1 RED"] }));
        Assert.Equal(PanelState.Standby, State(Passive with { LineTrouble = true }));
        Assert.Equal(PanelState.ConfigError, State(Active with { ConfigRefused = true, Reasons = ["x"] }));
        Assert.Equal(PanelState.Maintenance, State(Passive with { OutOfService = true, Reasons = ["x"] }));
        Assert.Equal(PanelState.Maintenance, State(Active with { MaintenanceLeft = 60, Reasons = ["x"] }));
        Assert.Equal(PanelState.Syncing, State(Active with { Copied = 43, Reasons = ["x"] }));
        Assert.Equal(PanelState.ServingAlone, State(Active with { Reasons = ["pbx-b is dead"], PeerHeard = false }));
        Assert.Equal(PanelState.StandbyWarned, State(Passive with { Reasons = ["link lan is down"] }));
    }

    [Fact]
    public void Worse_covers_less_bad()
    {
        var all = Active with { ServiceLost = true, LineTrouble = true, ConfigRefused = true, OutOfService = true, Copied = 1 };
        Assert.Equal(PanelState.Failed, State(all));
        Assert.Equal(PanelState.LineAlarm, State(all with { ServiceLost = false }));
        Assert.Equal(PanelState.ConfigError, State(all with { ServiceLost = false, LineTrouble = false }));
        Assert.Equal(PanelState.Maintenance, State(all with { ServiceLost = false, LineTrouble = false, ConfigRefused = false }));
    }

    [Fact]
    public void The_role_light_follows_while_somebody_works_on_the_node()
    {
        Assert.Equal(LedRhythm.On, PanelPicture.Of(Active with { MaintenanceLeft = 60 }).RoleLight);
        Assert.Equal(LedRhythm.Off, PanelPicture.Of(Passive with { MaintenanceLeft = 60 }).RoleLight);
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(20, 4)]
    [InlineData(21, 8)]
    public void Every_screen_fills_the_display_with_printable_characters(int columns, int rows)
    {
        var facts = Active with
        {
            Reasons = ["the first reason, which is much longer than any display\u001b[2J\r\n", new string('x', 5000), "ümläut"],
            Links = ["cable Up", "lan Down"], Addresses = ["192.168.1.245"], Lines = ["1 TE4/0/1 RED"],
        };
        foreach (var sample in new[] { facts, Active, Passive, facts with { AgentRuns = false }, facts with { Groups = [] } })
        {
            var screens = PanelScreens.Of(sample, columns, rows);
            Assert.InRange(screens.Length, 1, PanelScreens.ScreensMax);
            Assert.All(screens, screen => Assert.Equal(rows, screen.Length));
            Assert.All(screens.SelectMany(screen => screen), line => Assert.Equal(columns, line.Length));
            Assert.All(screens.SelectMany(screen => screen).SelectMany(line => line), letter => Assert.InRange(letter, ' ', '~'));
        }
    }

    [Fact]
    public void Screens_of_the_small_display()
    {
        var screens = PanelScreens.Of(
            Active with { Reasons = ["link lan is down: no carrier"], Links = ["cable Up"], Addresses = ["192.168.1.245"] }, 16, 2);
        Assert.Equal(
            [
                "SERVES, NO SPARE|link lan is     ", "SERVES, NO SPARE|down: no carrier", "NODES           |pbx-a pbx:      ",
                "NODES           |Active          ", "NODES           |pbx-b pbx:      ", "NODES           |Passive         ",
                "LINKS           |cable Up        ", "ADDRESSES       |192.168.1.245   ",
            ],
            screens.Select(screen => string.Join('|', screen)));
        Assert.Equal("SERVING         |pbx-a + pbx-b   ", string.Join('|', PanelScreens.Of(Active, 16, 2)[0]));
        Assert.Equal("COPYING 43 %", PanelScreens.Of(Active with { Copied = 43 }, 16, 2)[0][0].Trim());
        Assert.Equal("a title that is~", PanelScreens.Message("a title that is too long", "x", 16, 2)[0]);
    }

    [Fact]
    public void A_new_trouble_is_on_the_first_screen() =>
        Assert.Contains("link lan", PanelScreens.Of(Active with { Reasons = ["link lan is down"] }, 20, 4)[0][1], StringComparison.Ordinal);

    [Fact]
    public void A_word_that_just_fits_stays_on_its_line() =>
        Assert.Equal("link lan is down", PanelScreens.Of(Active with { Reasons = ["link lan is down now"] }, 16, 4)[0][1]);

    private static PanelState State(PanelFacts facts) => PanelPicture.Of(facts).State;
}
