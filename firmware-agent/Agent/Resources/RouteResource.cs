using Appliance.Core.Resources;
using Appliance.Drivers.Route;

namespace Appliance.Agent.Resources;

/// <summary>A source route that is configured by itself.</summary>
public sealed class RouteResource(ISourceRoute route) : IResource
{
    public bool IsPolled => false;

    public Verdict Start(CancellationToken abandon) => Of(route.Apply());

    public Verdict Stop(CancellationToken abandon) => Of(route.Remove());

    public Verdict Kill(CancellationToken abandon) => Of(route.Remove());

    public Verdict Monitor(CancellationToken abandon) =>
        route.Missing() is { } missing ? new(Outcome.NotRunning, missing) : Of(route.Apply());

    public void Watch(Action<string>? failed) => route.Watch(failed);

    public void Dispose() => route.Dispose();

    private static Verdict Of(RouteChange change) => new(change.Ok ? Outcome.Success : Outcome.Failed, change.Text);
}
