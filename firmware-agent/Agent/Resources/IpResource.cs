using Appliance.Core.Resources;
using Appliance.Drivers.Route;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Agent.Resources;

/// <summary>A service address, with the source route where it is configured.</summary>
public sealed class IpResource(IServiceAddress address, ISourceRoute? route) : IResource
{
    public bool IsPolled => false;

    public Verdict Start(CancellationToken abandon)
    {
        var change = address.Add(abandon);
        if (!change.Ok) return Verdict.Failed(change.Text);
        if (route is null) return Verdict.Done(change.Text);
        var applied = route.Apply();
        return applied.Ok ? Verdict.Done($"{change.Text}; {applied.Text}") : Verdict.Failed(applied.Text);
    }

    public Verdict Stop(CancellationToken abandon)
    {
        var routes = route?.Remove();
        var change = address.Remove();
        if (!change.Ok) return Verdict.Failed(change.Text);
        return routes is { Ok: false, Text: var text } ? Verdict.Failed(text) : Verdict.Done(change.Text);
    }

    /// <summary>Removing an address needs nobody's consent: there is no harder way.</summary>
    public Verdict Kill(CancellationToken abandon) => Stop(abandon);

    public Verdict Monitor(CancellationToken abandon)
    {
        if (!address.Adopt()) return new(Outcome.NotRunning, "the address is not on the interface");
        if (route?.Apply() is { Ok: false, Text: var text }) return Verdict.Failed(text);
        return Verdict.Done("the address is there");
    }

    public void Watch(Action<string>? failed)
    {
        address.Watch(failed);
        route?.Watch(failed);
    }

    public void Announce() => address.Announce();

    public void Dispose()
    {
        route?.Dispose();
        address.Dispose();
    }
}
