using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Network;

namespace Appliance.Simulation.Machines;

/// <summary>
/// The replica below a group, as far as the agents see it: copies that follow each other while the link between them works, a primary
/// that holds its users' writes when it loses the other copy, and a copy of what users were told is safe. The replicator itself has a
/// simulator of its own.
/// </summary>
public sealed class ReplicaPair
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(1200);
    private static readonly TimeSpan MeetAfter = TimeSpan.FromMilliseconds(300);

    private readonly World _world;
    private readonly Dice _dice;
    private readonly HashSet<int> _answered = [];
    private Instant? _silentSince;
    private Instant? _passesSince;
    private Instant? _syncUntil;
    private int _next;

    public ReplicaPair(World world, int group, Dice dice)
    {
        (_world, Group, _dice) = (world, group, dice);
        Copies = [new Copy(world.Machines[0]), new Copy(world.Machines[1])];
        world.Timeline.After(Beat, Tick);
    }

    public int Group { get; }

    public Copy[] Copies { get; }

    /// <summary>The replication cable alone is out.</summary>
    public bool IsCut { get; set; }

    /// <summary>Somebody decided that one side's changes are thrown away.</summary>
    public void MendSplit()
    {
        if (!Copies[0].StandAlone && !Copies[1].StandAlone) return;
        var victim = Copies[0].Primary ? Copies[1] : Copies[0];
        (victim.WroteAlone, victim.PeerOutdated, victim.Outdated, victim.AloneSince) = (false, false, true, null);
        foreach (var copy in Copies) copy.StandAlone = false;
        _answered.ExceptWith(victim.Writes.Except(Copies[1 - victim.Machine.Number].Writes).ToArray());
    }

    /// <summary>Users were told that this is safe, and it is not in a copy.</summary>
    public int Lacks(int node) => _answered.Count(write => !Copies[node].Writes.Contains(write));

    /// <summary>Null: it is primary now. Else why not.</summary>
    public string? Promote(int node, ReplicaMandate mandate)
    {
        var (own, other) = (Copies[node], Copies[1 - node]);
        if (own.Primary) return null;
        if (mandate.PeerIsGone && own.Connected && !other.Lives) Lost(own);
        if (own.Connected && other.Primary) return "the peer is primary";
        if (own.Inconsistent || own.Outdated) return "the data is not good";
        var sure = own.Connected || own.WroteAlone || own.PeerOutdated;
        if (!sure && !mandate.PeerIsHarmless) return "the peer may have newer data";
        (own.Primary, own.Blind) = (true, !own.Connected);
        _world.Tell(own.Machine, "replica primary");
        _world.Oracle.ReplicaPromoted(own.Machine, this);
        Tell(own);
        return null;
    }

    public void Demote(int node)
    {
        var own = Copies[node];
        if (!own.Primary) return;
        (own.Primary, own.AskFence) = (false, false);
        _world.Tell(own.Machine, "replica secondary");
        Tell(own);
    }

    public void Order(int node, ReplicaOrder order)
    {
        var own = Copies[node];
        switch (order)
        {
            case ReplicaOrder.Outdate when !own.Connected && !own.Primary: own.Outdated = true; break;
            case ReplicaOrder.PeerFenced fenced:
                own.PeerOutdated |= fenced.Outdated;
                own.AskFence = false;
                break;
        }

        Tell(own);
    }

    /// <summary>A new run of an agent is told how its replica stands.</summary>
    public void Introduce(int node)
    {
        Copies[node].Told = null;
        Tell(Copies[node]);
    }

    /// <summary>The cables let the replication through and both ends are there.</summary>
    private bool Passes()
    {
        if (IsCut || !Copies[0].Lives || !Copies[1].Lives) return false;
        var link = _world.Links.FirstOrDefault(candidate => candidate.Medium == Medium.Cable)
            ?? _world.Links.FirstOrDefault(candidate => candidate.Medium == Medium.Lan);
        return link is null || (_world.Net.Passes(link, 0) && _world.Net.Passes(link, 1));
    }

    private void Tick()
    {
        _world.Timeline.After(Beat, Tick);
        foreach (var copy in Copies)
            if (!copy.Machine.PoweredOn) copy.Vanish();
        var now = _world.Timeline.Now;
        var passes = Passes();
        _passesSince = passes ? _passesSince ?? now : null;
        _silentSince = passes ? null : _silentSince ?? now;
        if (_silentSince is { } silent && now - silent >= Silence)
            foreach (var copy in Copies.Where(copy => copy is { Connected: true, Lives: true })) Lost(copy);
        if (_passesSince is { } open && now - open >= MeetAfter) Together(now);
        foreach (var copy in Copies.Where(copy => copy is { Primary: true, Lives: true })) Write(copy, passes, now);
        foreach (var copy in Copies) Tell(copy);
    }

    private void Together(Instant now)
    {
        if (!Copies[0].StandAlone && !Copies[1].StandAlone && !(Copies[0].Connected && Copies[1].Connected)) Meet(now);
        if (_syncUntil is not { } until || now < until || !Copies.All(copy => copy.Connected)) return;
        var (source, target) = Copies[0].Inconsistent ? (Copies[1], Copies[0]) : (Copies[0], Copies[1]);
        target.CopyFrom(source);
        (source.WroteAlone, source.PeerOutdated, source.AloneSince, _syncUntil) = (false, false, null, null);
    }

    private void Meet(Instant now)
    {
        var (a, b) = (Copies[0], Copies[1]);
        if ((a.WroteAlone && b.WroteAlone) || (a.Primary && b.Primary))
        {
            Part("replica: split brain");
            return;
        }

        foreach (var copy in Copies) (copy.Connected, copy.AskFence, copy.Blind) = (true, false, false);
        var source = a.WroteAlone || b.Inconsistent || (b.Outdated && !b.WroteAlone) ? a
            : b.WroteAlone || a.Inconsistent || a.Outdated ? b : null;
        if (source is null) return;
        var target = Copies[1 - source.Machine.Number];
        if (target.Primary)
        {
            Part("replica: the newer copy would overwrite the primary");
            return;
        }

        (target.Inconsistent, source.Outdated) = (true, false);
        _syncUntil = now + _dice.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));
    }

    /// <summary>Only a person can say whose changes are thrown away.</summary>
    private void Part(string why)
    {
        foreach (var copy in Copies)
        {
            if (copy.Connected) Lost(copy);
            copy.StandAlone = true;
        }

        _world.Tell(Copies[0].Machine, why);
    }

    private static void Lost(Copy copy)
    {
        copy.Connected = false;
        if (copy.Primary && !copy.PeerOutdated) copy.AskFence = true;
    }

    private void Write(Copy copy, bool passes, Instant now)
    {
        var other = Copies[1 - copy.Machine.Number];
        if (copy.AskFence) return;
        var number = _next;
        if (copy.Connected)
        {
            copy.Writes.Add(number);
            _next++;
            if (!passes || !other.Connected) return; // Under way: nobody was told that it is safe, but it may be on this disk.
            other.Writes.Add(number);
            _answered.Add(number);
            return;
        }

        _next++;
        if (copy.AloneSince is null)
        {
            copy.AloneSince = now;
            _world.Oracle.WritesAlone(copy.Machine, this);
        }

        copy.WroteAlone = true;
        copy.Writes.Add(number);
        _answered.Add(number);
    }

    private void Tell(Copy copy)
    {
        if (!copy.Lives || copy.Machine.Agent is not { Speaks: true } agent) return;
        var told = (copy.Standing, copy.AskFence);
        if (copy.Told == told) return;
        copy.Told = told;
        _world.Oracle.DataStands(copy.Machine.Number, Group, told.Standing);
        agent.Post(new Event.DataChanged(Group, told.Standing, told.AskFence));
    }
}
