using System.Diagnostics;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Resources;

/// <summary>A program as probe: exit code 0 is health.</summary>
public sealed class ExecProbe(IReadOnlyList<string> command) : IProbe
{
    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout);
        var end = ProcessRunner.Run(command, null, deadline.Token);
        var text = deadline.IsCancellationRequested && end.ExitCode is null ? $"no end within {timeout.TotalSeconds:0.###} s" : end.Words;
        return new ProbeAnswer(end.ExitCode == 0, Stopwatch.GetElapsedTime(start), text);
    }

    public void Dispose()
    {
    }
}
