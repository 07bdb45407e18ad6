using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Agents;

/// <summary>The person: everything that is done by hand, and the repairs that only a person does.</summary>
public sealed class Operator(ReplicaWorld world)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(12);

    /// <summary>Until then somebody waits for the users to end; whom he ordered may die meanwhile.</summary>
    private Instant _quietUntil;

    private bool IsQuieting => world.Timeline.Now < _quietUntil;

    /// <summary>Moves the primary to the other node: unmount, demote, promote there.</summary>
    public void SwitchOver(bool politely)
    {
        if (world.Arbiter.Holder < 0 || world.Front.Node != world.Arbiter.Holder || IsQuieting) return;
        Drain(politely, () => OrderHolder(new ReplicaOrder.Secondary()));
    }

    /// <summary>Ends a node's process in order. With <paramref name="frontStays"/> the device waits for the next one.</summary>
    public void Stop(SimHost host, bool frontStays)
    {
        if (host.Process is not { } process) return;
        var serves = world.Front.Node == host.Node;
        host.IsStopped = !frontStays;
        world.IsLeaving[host.Node] |= !serves;
        if (!serves || frontStays) process.Order(new ReplicaOrder.Stop(frontStays && serves));
        else Drain(true, () => process.Order(new ReplicaOrder.Stop(false)));
    }

    public static void Start(SimHost host)
    {
        host.IsStopped = false;
        if (host.IsOn && host.Process is null) host.StartIn(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200));
    }

    public void Disconnect(SimHost host)
    {
        host.WantsPeer = false;
        world.IsLeaving[Leaver(host, new ReplicaOrder.Disconnect())] = true;
        host.Process?.Order(new ReplicaOrder.Disconnect());
    }

    public static void Connect(SimHost host, bool discard = false)
    {
        host.WantsPeer = true;
        host.Process?.Order(new ReplicaOrder.Connect(discard));
    }

    /// <summary>Orders a node to copy everything from or onto the other.</summary>
    public void Invalidate(SimHost host, bool peer)
    {
        var order = new ReplicaOrder.Invalidate(peer);
        world.IsLeaving[Leaver(host, order)] = true;
        host.Process?.Order(order);
    }

    public void Detach(SimHost host)
    {
        host.WantsDisk = false;
        world.IsLeaving[host.Node] = true;
        host.Process?.Order(new ReplicaOrder.Detach());
    }

    /// <summary>Uses the node's disk again if nobody does.</summary>
    public static void Attach(SimHost host)
    {
        host.WantsDisk = true;
        if (host.Process is { IsAlive: true, Seen.Disk: DiskState.Diskless } && host.Disk.Running == 0) host.Attach();
    }

    /// <summary>The old disk goes into the bin, a new one comes in.</summary>
    public void ReplaceDisk(SimHost host)
    {
        if (host.Process is { Seen.Disk: not DiskState.Diskless } || host.Disk.Running > 0) return;
        // Never the only good one.
        if (world.Hosts[1 - host.Node].Process is not { IsAlive: true, Seen.Disk: DiskState.UpToDate } || world.Oracle.LossAccepted) return;
        host.ReplaceDisk();
        Attach(host);
    }

    /// <summary>What a good operator does when faults are over, again and again until all is well.</summary>
    public void Repair()
    {
        foreach (var host in world.Hosts)
        {
            if (!host.IsOn) host.PowerOn();
            host.Resume();
            Start(host);
            if (host.Process is not { IsAlive: true } process) continue;
            if (process.Seen is { Disk: DiskState.Diskless, Role: ReplicaRole.Primary, PeerDisk: DiskState.UpToDate }) SwitchOver(true);
            else if (process.Seen is { Disk: DiskState.Diskless, Role: ReplicaRole.Primary }) host.Kill(); // Attaches when it starts.
            else if (process.Seen.Disk == DiskState.Diskless) Attach(host);
            if (!host.WantsPeer) Connect(host);
            if (process.Seen.Frozen.Contains("suspend", StringComparison.OrdinalIgnoreCase)) process.Order(new ReplicaOrder.ResumeIo());
        }

        if (Array.TrueForAll(world.Hosts, IsGivenUp) || world.Hosts.Any(IsSplit)) SettleSplitBrain();
        else if (world.Hosts.Any(IsGivenUp)) foreach (var host in world.Hosts.Where(IsGivenUp)) Connect(host);
    }

    public void Ordered(int node, ReplicaOrder order, int result, string words)
    {
        if (result != 0 && order is ReplicaOrder.Stop or ReplicaOrder.Disconnect or ReplicaOrder.Detach or ReplicaOrder.Invalidate)
            world.IsLeaving[Leaver(world.Hosts[node], order)] = false;
        if (order is ReplicaOrder.Secondary or ReplicaOrder.Stop && result != 0 && world.Front.Node == node) world.Front.Quiet = false;
        if (order is ReplicaOrder.Secondary or ReplicaOrder.Stop) _quietUntil = default;
    }

    /// <summary>Whose copy an order makes worthless: a primary's stays.</summary>
    private int Leaver(SimHost host, ReplicaOrder order) => order switch
    {
        ReplicaOrder.Disconnect when world.Front.Node == host.Node => 1 - host.Node,
        ReplicaOrder.Invalidate { Peer: true } => 1 - host.Node,
        _ => host.Node,
    };

    private static bool IsGivenUp(SimHost host) =>
        host is { WantsPeer: true, Process: { IsAlive: true, Seen.Connection: ConnectionState.StandAlone } };

    private static bool IsSplit(SimHost host) =>
        IsGivenUp(host) && host.Process!.Seen.Why.Contains("SplitBrain", StringComparison.Ordinal);

    /// <summary>Both gave up: whoever does not serve throws its changes away.</summary>
    private void SettleSplitBrain()
    {
        var survivor = world.Arbiter.Holder >= 0 ? world.Arbiter.Holder : Math.Max(world.Arbiter.Last, 0);
        Connect(world.Hosts[1 - survivor], discard: true);
        Connect(world.Hosts[survivor]);
    }

    private void OrderHolder(ReplicaOrder order)
    {
        if (world.Arbiter.Holder >= 0 && world.Hosts[world.Arbiter.Holder].Process is { IsAlive: true } process) process.Order(order);
        else _quietUntil = default;
    }

    /// <summary>No new requests; the rest answered, and flushed: as an unmount does.</summary>
    private void Drain(bool flush, Action then)
    {
        _quietUntil = world.Timeline.Now + QuietMax;
        world.Front.Quiet = true;
        var until = world.Timeline.Now + TimeSpan.FromSeconds(5);
        void Look()
        {
            if (world.Front.OpenCount > 0 && world.Timeline.Now < until) world.Timeline.After(Soon, Look);
            else if (world.Front.OpenCount > 0)
            {
                _quietUntil = default; // Busy: the file system does not let go.
                world.Front.Quiet = false;
            }
            else
            {
                then();
                world.Timeline.After(TimeSpan.FromSeconds(4), () => { if (!world.IsQuietForGood) world.Front.Quiet = false; });
            }
        }

        if (flush) world.Front.Flush();
        world.Timeline.After(Soon, Look);
    }
}
