using System.Net;

namespace Appliance.Drivers.Route;

/// <summary>Which packets leave with which source.</summary>
/// <param name="Networks">Destinations; the default route is <c>0.0.0.0/0</c> or <c>::/0</c>.</param>
/// <param name="Source">The service address; it must be on this node.</param>
public sealed record SourceRouteSpec(IReadOnlyList<Subnet> Networks, IPAddress Source, string Interface)
{
    public override string ToString() => $"source {Source} towards {string.Join(" and ", Networks)} on {Interface}";
}

/// <param name="Ok">All is as wanted.</param>
/// <param name="Text">For people.</param>
public readonly record struct RouteChange(bool Ok, string Text);

/// <summary>Makes packets leave with the service address, also those of programs that are bound to no address (the old fixrouting
/// script).</summary>
public interface ISourceRoute : IDisposable
{
    /// <summary>Makes it so, and keeps it so while routes change (DHCP, networkd). Again is harmless.</summary>
    RouteChange Apply();

    /// <summary>Takes our routes away; what was there before is what is left.</summary>
    RouteChange Remove();

    /// <summary>Null when in force, else what is missing.</summary>
    string? Missing();

    /// <summary>Told in words when it is not in force and cannot be mended; null: nobody is told.</summary>
    void Watch(Action<string>? trouble);
}
