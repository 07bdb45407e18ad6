using System.Net.Sockets;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Interop.Netlink;
using KernelRoute = Appliance.Drivers.Interop.Netlink.Route;

namespace Appliance.Drivers.Route;

/// <summary>
/// Adds, beside each route it applies to, a copy that has the service address as preferred source and goes before it. Nothing that
/// was there is changed, so nothing has to be restored: when our copies go, the old routes serve again, also after a crash of the
/// agent, because our routes carry their own protocol number.
/// </summary>
public sealed class LinuxSourceRoute(SourceRouteSpec spec) : ISourceRoute
{
    private readonly Lock _gate = new();
    private RouteGuard? _guard;
    private Action<string>? _trouble;

    private int Family => spec.Source.AddressFamily == AddressFamily.InterNetwork ? Rtnetlink.AfInet : Rtnetlink.AfInet6;

    public RouteChange Apply()
    {
        var change = Change(wanted: true);
        if (!change.Ok) return change;
        lock (_gate) _guard ??= new RouteGuard(() => Change(wanted: true)) { Trouble = _trouble };
        return change;
    }

    public RouteChange Remove()
    {
        Dispose();
        return Change(wanted: false);
    }

    public string? Missing()
    {
        try
        {
            if (NetworkLink.Find(spec.Interface) is not { } link) return $"interface {spec.Interface} does not exist";
            var routes = KernelRoute.Main(Family);
            if (Wanted(routes, link.Index, out var wanted) is { } problem) return problem;
            var lacking = wanted.FirstOrDefault(route => !routes.Any(there => IsOurs(there, link.Index) && OurRoute.Same(there, route)));
            return lacking is null ? null
                : $"no route with source {spec.Source} towards {new Subnet(lacking.Destination, lacking.PrefixLength)}";
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    public void Watch(Action<string>? trouble)
    {
        lock (_gate)
        {
            _trouble = trouble;
            if (_guard is { } guard) guard.Trouble = trouble;
        }
    }

    /// <summary>Ends the guard; the routes stay.</summary>
    public void Dispose()
    {
        RouteGuard? guard;
        lock (_gate) (guard, _guard) = (_guard, null);
        guard?.Dispose();
    }

    private RouteChange Change(bool wanted)
    {
        try
        {
            if (NetworkLink.Find(spec.Interface) is not { } link)
                return new(!wanted, $"interface {spec.Interface} does not exist");
            var routes = KernelRoute.Main(Family);
            IReadOnlyList<KernelRoute> target = [];
            if (wanted && Wanted(routes, link.Index, out target) is { } problem) return new(false, problem);
            return Converge(routes.Where(route => IsOurs(route, link.Index)).ToList(), target);
        }
        catch (IOException fault)
        {
            return new(false, fault.Message);
        }
    }

    /// <summary>Adds before it deletes: there is no moment without a route.</summary>
    private RouteChange Converge(List<KernelRoute> ours, IReadOnlyList<KernelRoute> target)
    {
        foreach (var route in target.Where(route => !ours.Any(there => OurRoute.Same(there, route))))
        {
            var result = route.Prepend();
            if (!result.Ok && result.Errno != Errno.EEXIST)
                return new(
                    false, $"cannot set source {spec.Source} towards {new Subnet(route.Destination, route.PrefixLength)}: {result.Words}");
        }

        foreach (var route in ours.Where(there => !target.Any(route => OurRoute.Same(there, route))))
        {
            var result = route.Delete();
            if (!result.Ok && result.Errno is not (Errno.ESRCH or Errno.ENODEV))
                return new(false, $"cannot remove a route of ours: {result.Words}");
        }

        return new(true, target.Count == 0 ? $"removed {spec}" : spec.ToString());
    }

    /// <summary>What our routes should be, given the others. A missing default route is no fault: it may come later.</summary>
    private string? Wanted(IReadOnlyList<KernelRoute> routes, int linkIndex, out IReadOnlyList<KernelRoute> wanted)
    {
        var result = new List<KernelRoute>();
        wanted = result;
        foreach (var network in spec.Networks)
        {
            var models = routes.Where(
                route => route.Protocol != Rtnetlink.OurProtocol && route.OutInterface == linkIndex && IsTo(route, network)).ToList();
            foreach (var model in models)
            {
                if (OurRoute.Copy(model, spec.Source) is not { } copy)
                    return $"the route to {network} has metric {model.Priority}, which leaves no room before it: give it a larger metric";
                result.Add(copy);
            }

            if (models.Count > 0 || network.PrefixLength == 0) continue;
            if (!network.Contains(spec.Source)) return $"no route to {network} on {spec.Interface} whose source could be set";
            result.Add(OurRoute.Direct(network, linkIndex, spec.Source));
        }

        return null;
    }

    private bool IsOurs(KernelRoute route, int linkIndex) =>
        OurRoute.Is(route, linkIndex, spec.Source) && spec.Networks.Any(network => IsTo(route, network));

    private static bool IsTo(KernelRoute route, Subnet network) =>
        route.PrefixLength == network.PrefixLength && route.Destination.Equals(network.Network);
}
