using System.Collections.Immutable;
using System.Diagnostics;
using Appliance.Core.Dahdi;
using Appliance.Drivers.Dahdi;
using Appliance.Drivers.Probes;

namespace Appliance.Agent.Dahdi;

/// <summary>Telephone lines as health: every span is there and none has an alarm that stops calls.</summary>
public sealed class DahdiProbe(IDahdi dahdi, ImmutableArray<int> spans) : IProbe
{
    /// <summary>Reading /proc takes microseconds; a kernel that hangs in it is noticed by the deadline of the thread that asks.</summary>
    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var verdict = SpanVerdict.Of(dahdi.Read(), spans);
        return new ProbeAnswer(verdict.Ok, Stopwatch.GetElapsedTime(start), verdict.Text);
    }

    public void Dispose()
    {
    }
}
