using Appliance.Drivers.Systemd;

namespace Appliance.Drivers.Tests.Systemd;

public class SimulatedSystemdTests : SystemdContract
{
    [Fact]
    public void Runs() => Unit_runs_from_start_to_stop();

    [Fact]
    public void Missing() => Missing_unit_is_impossible_to_start_and_easy_to_stop();

    [Fact]
    public void Fails() => Failing_start_says_how_it_failed();

    [Fact]
    public void Kills() => Stubborn_unit_can_be_killed();

    [Fact]
    public void Abandons() => Start_without_end_can_be_abandoned_and_stopped();

    [Fact]
    public void Watches() => Death_of_a_watched_unit_is_told_with_its_result();

    [Fact]
    public void Unwatches() => Nothing_is_told_after_watching_ended();

    private protected override ISystemd NewSystemd()
    {
        var systemd = new SimulatedSystemd();
        systemd.Add(Good);
        systemd.Add(Failing).StartResult = "exit-code";
        systemd.Add(Stubborn).IgnoresStop = true;
        systemd.Add(Endless).StartHangs = true;
        return systemd;
    }

    private protected override void KillMainProcess(ISystemd systemd, string unit) => ((SimulatedSystemd)systemd).Die(unit, "signal");
}
