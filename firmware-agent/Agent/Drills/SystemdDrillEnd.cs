using System.Globalization;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Drills;

/// <summary>A transient timer of systemd. There can be only one of that name, so a second standstill is refused while one may
/// last.</summary>
internal sealed class SystemdDrillEnd : IDrillEnd
{
    private const string Unit = "appliance-drill-end";
    private const string Systemctl = "/usr/bin/systemctl";
    private const int NotLoaded = 5; // systemctl(1): it has fired and is gone.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public string? Set(string unit, TimeSpan after) => Run(0,
        "/usr/bin/systemd-run", "--quiet", "--collect", $"--unit={Unit}",
        string.Create(CultureInfo.InvariantCulture, $"--on-active={after.TotalSeconds:0}s"), "--timer-property=AccuracySec=100ms",
        Systemctl, "kill", "--signal=CONT", unit);

    public string? Unset() => Run(NotLoaded, Systemctl, "stop", $"{Unit}.timer");

    private static string? Run(int alsoGood, params string[] command)
    {
        using var abandon = new CancellationTokenSource(Bound);
        var end = ProcessRunner.Run(command, null, abandon.Token);
        return end.ExitCode == 0 || end.ExitCode == alsoGood ? null
            : $"{command[0]}: {(end.Output.Trim() is { Length: > 0 } words ? words.Replace('\n', ' ') : end.Words)}";
    }
}
