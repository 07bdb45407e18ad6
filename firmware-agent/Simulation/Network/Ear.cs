using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Network;

/// <summary>
/// The receiving side of an agent: Core's deframer, signature, codec and replay window; what they believe goes to the decision loop.
/// </summary>
public sealed class Ear
{
    private readonly World _world;
    private readonly Machine _machine;
    private readonly AgentProcess _agent;
    private readonly Instant?[] _heardAt;
    private readonly SerialDeframer?[] _deframers;

    public Ear(World world, Machine machine, AgentProcess agent, NodeState state)
    {
        (_world, _machine, _agent) = (world, machine, agent);
        var timing = world.Site.Config.Heartbeat;
        Own = new OwnSequences(state.Asked.Incarnation, timing.Deadtime);
        Receiver = new HeartbeatReceiver(
            world.Authenticator, (byte)machine.Number, state.Asked.Incarnation, Own, WitnessLink + 1, timing.Warntime);
        if (state.Asked.PeerIncarnation > 0) Receiver.Of(Peer).Remember(state.Asked.PeerIncarnation);
        _heardAt = new Instant?[world.Links.Count];
        _deframers = [.. world.Links.Select(link => link.Medium == Medium.Serial ? new SerialDeframer() : null)];
    }

    /// <summary>The number behind the links: the path to the witness.</summary>
    public const int WitnessLink = Core.Limits.LinksMax;

    public OwnSequences Own { get; }

    public HeartbeatReceiver Receiver { get; }

    private byte Peer => (byte)(1 - _machine.Number);

    /// <summary>Bit per link on which the peer was heard within deadtime.</summary>
    public byte LinksHeard(Instant now)
    {
        var bits = 0;
        for (var link = 0; link < _heardAt.Length; link++)
        {
            if (_heardAt[link] is { } at && now - at < _world.Site.Config.Heartbeat.Deadtime) bits |= 1 << link;
        }

        return (byte)bits;
    }

    /// <summary>A datagram, or some bytes of a serial line.</summary>
    public void Take(int link, byte[] bytes)
    {
        if (_deframers[link] is not { } deframer)
        {
            Judge(link, bytes);
            return;
        }

        ReadOnlySpan<byte> rest = bytes;
        while (deframer.TryTake(ref rest, out var frame)) Judge(link, frame);
    }

    /// <summary>The witness answered.</summary>
    public void TakeWitness(byte[] bytes)
    {
        var now = _machine.Clock.Now;
        var verdict = Receiver.Take(WitnessLink, Core.Limits.WitnessNumber, bytes, now, out var heartbeat, out var fresh);
        if (verdict == Rejection.None) _agent.Post(new Event.WitnessHeard(heartbeat, now, fresh));
    }

    private void Judge(int link, ReadOnlySpan<byte> frame)
    {
        var now = _machine.Clock.Now;
        var verdict = Receiver.Take(link, Peer, frame, now, out var heartbeat, out var fresh);
        var believed = verdict == Rejection.None || (verdict == Rejection.Replayed && _agent.BelievesRecordings);
        if (!believed) return;
        _heardAt[link] = now;
        _agent.Post(new Event.Heard(link, heartbeat, now, fresh || _agent.BelievesRecordings));
    }
}
