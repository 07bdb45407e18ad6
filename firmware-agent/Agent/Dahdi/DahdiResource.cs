using System.Diagnostics;
using Appliance.Agent.Resources;
using Appliance.Core.Configuration;
using Appliance.Core.Dahdi;
using Appliance.Core.Resources;
using Appliance.Drivers.Dahdi;

namespace Appliance.Agent.Dahdi;

/// <summary>
/// The telephone-line drivers as a resource. A start is repeatable: what is loaded and configured already stays as it is. A stop leaves
/// them where they are unless <c>unload</c> is set: a span without a driver would be an alarm at the exchange.
/// </summary>
public sealed class DahdiResource(IDahdi dahdi, ResourceKind.Dahdi what) : IResource
{
    private static readonly TimeSpan AlarmPoll = TimeSpan.FromMilliseconds(200);

    public bool IsPolled => true;

    public Verdict Start(CancellationToken abandon)
    {
        foreach (var module in what.Modules)
            if (dahdi.Load(module, abandon) is { Ok: false } failed) return Verdict.Failed(failed.Text);
        if (dahdi.Configure(what.ConfigPath, abandon) is { Ok: false } refused) return Verdict.Failed(refused.Text);
        if (what.WaitFor.IsEmpty) return Verdict.Done($"spans are configured as {what.ConfigPath} says");
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var verdict = SpanVerdict.Of(dahdi.Read(), what.WaitFor);
            if (verdict.Ok) return Verdict.Done(verdict.Text);
            if (clock.Elapsed >= what.AlarmTimeout) return Alarmed(verdict, $" after {what.AlarmTimeout.TotalSeconds:0.###} s");
            if (abandon.WaitHandle.WaitOne(AlarmPoll)) return Verdict.Failed($"abandoned; {verdict.Text}");
        }
    }

    public Verdict Stop(CancellationToken abandon)
    {
        if (!what.Unload) return Verdict.Done("the drivers stay loaded");
        foreach (var module in what.Modules.Backwards())
            if (dahdi.Unload(module, abandon) is { Ok: false } failed) return Verdict.Failed(failed.Text);
        return Verdict.Done("the drivers are unloaded");
    }

    public Verdict Kill(CancellationToken abandon) => Stop(abandon);

    /// <summary>Without <c>wait-for</c> it runs while DAHDI has a configured span.</summary>
    public Verdict Monitor(CancellationToken abandon)
    {
        var reading = dahdi.Read();
        var configured = reading.Spans.Count(span => span.IsConfigured);
        if (configured == 0)
            return new(Outcome.NotRunning, reading.Problem.Length > 0 ? reading.Problem : "no span is configured");
        if (what.WaitFor.IsEmpty) return Verdict.Done($"{configured} configured spans");
        var verdict = SpanVerdict.Of(reading, what.WaitFor);
        return verdict.Ok ? Verdict.Done(verdict.Text) : Alarmed(verdict, "");
    }

    public void Watch(Action<string>? failed)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>A span that is not there at all is a failure whatever <c>alarms</c> says.</summary>
    private Verdict Alarmed(SpanVerdict verdict, string when)
    {
        var isGone = what.WaitFor.Any(number => dahdi.Read().Span(number) is null);
        return what.AlarmsFail || isGone ? Verdict.Failed($"{verdict.Text}{when}") : Verdict.Done($"goes on although {verdict.Text}");
    }
}
