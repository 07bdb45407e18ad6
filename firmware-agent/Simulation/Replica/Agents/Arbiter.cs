using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Agents;

/// <summary>
/// What the two agents decide together, without their doubts: it knows which machine is really off. It promotes with growing terms,
/// answers a primary that asks whether it may go on alone, and never promotes a copy that it knows to be older.
/// </summary>
public sealed class Arbiter
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DeadTime = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly ReplicaWorld _world;
    private readonly Dice _dice;
    private readonly bool[] _solo = new bool[2];
    private readonly Instant?[] _asked = new Instant?[2];
    private Instant _freeSince;
    private Instant _triedAt;
    private Instant _lostAt;
    private ulong _term;

    /// <summary>The node whose disk has everything that was answered; it may be the peer of a primary without a disk.</summary>
    private int _owner = -1;

    /// <summary>The owner lost power since: what it had not flushed may be gone there, and only there.</summary>
    private bool _crashed;
    private bool _promoting;

    public Arbiter(ReplicaWorld world)
    {
        (_world, _dice) = (world, world.Dice.Fork(51));
        world.Timeline.After(Period, Tick);
    }

    /// <summary>The node that is, or is to be, primary; -1: none.</summary>
    public int Holder { get; private set; } = -1;

    /// <summary>The last one that was; -1: none ever was.</summary>
    public int Last { get; private set; } = -1;

    /// <summary>Nobody is promoted by itself: an operator is at work.</summary>
    public bool HandsOff { get; set; }

    /// <summary>The link between the agents is cut: nobody hears of the other one's state.</summary>
    public bool IsDeaf { get; set; }

    public void PowerLost(int node)
    {
        if (Holder == node) Free();
        if (_owner == node) _crashed = true;
        _asked[node] = null;
    }

    /// <summary>A process has started: the one that must go on serving a device is told so first.</summary>
    public void Started(int node)
    {
        _asked[node] = null;
        if (Holder != node) return;
        _promoting = true;
        _world.Hosts[node].Process!.Order(new ReplicaOrder.Primary(_term, false, false));
    }

    public void Ordered(int node, ReplicaOrder order, int result, string words)
    {
        switch (order)
        {
            case ReplicaOrder.Primary when node == Holder:
                _promoting = false;
                _triedAt = _world.Timeline.Now;
                if (result == 0) Last = node;
                else if (_world.Front.Node != node) Free();
                break;
            case ReplicaOrder.Secondary when node == Holder && result == 0:
                _world.Front.Gone("demoted");
                Free();
                break;
            case ReplicaOrder.Stop { FrontStays: false } when node == Holder && result == 0: Free(); break;
        }

        _world.Operator.Ordered(node, order, result, words);
    }

    /// <summary>Both copies are one: whoever was alone is so no more.</summary>
    public void BecameWhole()
    {
        Array.Clear(_solo);
        _crashed = false;
    }

    /// <summary>An operator makes a node primary whatever its data is.</summary>
    public void Force(int node)
    {
        _world.Oracle.LossAccepted = true;
        Promote(node, harmless: true, force: true);
    }

    private void Tick()
    {
        _world.Timeline.After(Period, Tick);
        foreach (var host in _world.Hosts) LookAt(host);
        if (HandsOff) return;
        if (Holder < 0) Elect();
        else Hold(_world.Hosts[Holder]);
    }

    private void LookAt(SimHost host)
    {
        if (host.Process is not { IsAlive: true } process || host.IsPaused) return;
        if (process.HasEnded) host.Ended();
        if (process.Seen.Connection >= ConnectionState.Connected) (process.AsksFence, _asked[host.Node]) = (false, null);
        if (process.AsksFence && host.Node == Holder) Fence(process);
    }

    /// <summary>What a primary knows of its data is known when it is gone.</summary>
    public void Remember(ReplicaProcess process)
    {
        if (!process.IsExposed || process.Seen.Frozen.Length > 0) return; // What is frozen has not said whose data it is.
        var (node, seen) = (process.Node, process.Seen);
        if (seen.Alone) _solo[node] = true;
        if (seen.Disk == DiskState.UpToDate)
        {
            if (_owner != node) _crashed = false;
            _owner = node;
        }
        else if (seen.PeerDisk == DiskState.UpToDate && seen.Connection >= ConnectionState.Connected)
        {
            if (_owner != 1 - node) _crashed = false;
            (_owner, _solo[1 - node]) = (1 - node, true);
        }
    }

    private void Fence(ReplicaProcess process)
    {
        var since = _asked[process.Node] ??= _world.Timeline.Now;
        var peer = _world.Hosts[1 - process.Node];
        if (_owner == peer.Node && _solo[_owner]) return; // Its data is newer: it must not be called old, however dead it is.
        if (!peer.IsOn)
        {
            if (_world.Timeline.Now - peer.OffSince >= DeadTime) Fenced(process, outdated: false);
        }
        else if (IsDeaf) return;
        else if (peer.IsStopped && peer.Process is null) Fenced(process, outdated: false);
        else if (peer.Process is { IsAlive: true } other && !peer.IsPaused && _world.Timeline.Now - since > Period)
        {
            if (other.Seen is { Role: ReplicaRole.Secondary, Disk: <= DiskState.Outdated }) Fenced(process, outdated: true);
            else if (_dice.Chance(0.4)) other.Order(new ReplicaOrder.Outdate());
        }
    }

    /// <summary>It cannot learn where the peer stands: it gives the role up, or its watchdog ends it.</summary>
    private void LetGo(SimHost host, ReplicaProcess process)
    {
        _lostAt = _world.Timeline.Now;
        if (_dice.Chance(0.3))
        {
            host.PowerCut();
            return;
        }

        _world.Tell(host.Node, "lets go: users' requests fail");
        process.Order(new ReplicaOrder.FailIo());
        process.Order(new ReplicaOrder.Secondary());
    }

    private void Fenced(ReplicaProcess process, bool outdated)
    {
        process.AsksFence = false;
        _asked[process.Node] = null;
        process.Order(new ReplicaOrder.PeerFenced(outdated));
    }

    /// <summary>Somebody should serve.</summary>
    private void Elect()
    {
        if (_world.Timeline.Now - _triedAt < TimeSpan.FromMilliseconds(500)) return;
        var first = _owner >= 0 && !_crashed ? _owner : _dice.Below(2);
        if (!TryElect(first)) TryElect(1 - first);
    }

    private bool TryElect(int node)
    {
        var (host, peer) = (_world.Hosts[node], _world.Hosts[1 - node]);
        if (host.Process is not { IsAlive: true } process || host.IsPaused || peer.Process is { IsExposed: true }) return false;
        var seen = process.Seen;
        if (seen.Role == ReplicaRole.Primary || seen.Disk < DiskState.Consistent) return false;
        if (seen.Connection >= ConnectionState.Connected)
        {
            if (seen.Disk != DiskState.UpToDate) return false;
            Promote(node, harmless: false, force: false);
            return true;
        }

        if (peer.IsPaused) return false;
        var peerIsDead = !peer.IsOn && _world.Timeline.Now - peer.OffSince >= DeadTime;
        var waited = _world.Timeline.Now - _freeSince > Patience;
        if (!(peerIsDead || waited) || !IsNotOlder(node)) return false;
        if (peerIsDead && _dice.Chance(0.5)) process.Order(new ReplicaOrder.PeerDead());
        Promote(node, harmless: true, force: false);
        return true;
    }

    /// <summary>The other copy has nothing that was answered and is missing here.</summary>
    private bool IsNotOlder(int node)
    {
        if (_world.Oracle.LossAccepted) return node == _owner && !_crashed;
        if (node != _owner) return _owner >= 0 && !_solo[_owner];
        return !_crashed || _solo[node] || !_world.Hosts[1 - node].IsOn;
    }

    /// <summary>The holder must really serve, or somebody else must.</summary>
    private void Hold(SimHost host)
    {
        if (host.IsPaused && _world.Timeline.Now - _lostAt > TimeSpan.FromSeconds(3) && _dice.Chance(0.005))
        {
            _world.Tell(host.Node, "is fenced: its power is cut");
            host.PowerCut();
            return;
        }

        if (host.Process is not { IsAlive: true } process || host.IsPaused || process.HasEnded) return;
        if (process.Seen.Role == ReplicaRole.Primary)
        {
            if (process.Seen.Frozen.Length == 0 || _owner == host.Node) _lostAt = _world.Timeline.Now;
            else if (_world.Timeline.Now - _lostAt > Patience) LetGo(host, process); // Frozen for ever: the other one has the data.
            return;
        }

        if (_promoting || _world.Timeline.Now - _triedAt < TimeSpan.FromMilliseconds(500)) return;
        if (_world.Timeline.Now - _lostAt > Patience + Patience)
        {
            // It does not become primary again: the device is given up, and whoever can takes over.
            _world.Front.Gone("the replica does not come back");
            Free();
            return;
        }

        Promote(host.Node, harmless: IsNotOlder(host.Node) && _world.Timeline.Now - _lostAt > DeadTime, force: false);
    }

    private void Promote(int node, bool harmless, bool force)
    {
        if (Holder != node || force) _term++;
        (Holder, _promoting, _triedAt, _lostAt) = (node, true, _world.Timeline.Now, _world.Timeline.Now);
        _world.Hosts[node].Process!.Order(new ReplicaOrder.Primary(_term, harmless, force));
    }

    private void Free() => (Holder, _freeSince, _promoting) = (-1, _world.Timeline.Now, false);
}
