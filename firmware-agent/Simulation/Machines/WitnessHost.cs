using System.Collections.Immutable;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Simulation.Machines;

/// <summary>
/// The third machine, on the LAN: Core's witness in a shell like the real one. Faults: it goes down and forgets what it heard, not its
/// votes.
/// </summary>
public sealed class WitnessHost(World world)
{
    private readonly byte[] _frame = new byte[Limits.FrameBytesMax];
    private readonly WitnessMachine _machine = new(world.Site.Config.Heartbeat.Deadtime, world.Site.Config.Heartbeat.Keepalive);
    private ImmutableArray<Vote> _votes = [.. Selection.Repeat(Vote.None, Limits.GroupsMax)];
    private ulong _incarnation;
    private OwnSequences? _own;
    private HeartbeatReceiver? _receiver;
    private WitnessState? _state;

    /// <summary>It runs.</summary>
    public bool Up => _state is not null;

    private Instant Now => world.Timeline.Now;

    public void PowerOn()
    {
        if (Up || world.Site.Config.Witness is null) return;
        _own = new OwnSequences(++_incarnation, world.Site.Config.Heartbeat.Deadtime);
        _receiver = new HeartbeatReceiver(
            world.Authenticator, Limits.WitnessNumber, _incarnation, _own, links: 1, world.Site.Config.Heartbeat.Deadtime);
        _state = WitnessState.Start(_votes, Now);
    }

    public void PowerOff() => _state = null;

    /// <summary>A node's frame arrives; the answer, or null when it is refused.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> frame)
    {
        if (_state is null) return null;
        if (_receiver!.Take(0, Vote.Nobody, frame, Now, out var said, out var fresh) != Rejection.None) return null;
        if (said.Sequence == _receiver.Of(said.Sender).Newest) _state = _machine.Hear(_state, said, fresh, Now);
        _votes = _state.Votes;
        var answer = _machine.Facts(_state, said.GroupCount, Now);
        (answer.Incarnation, answer.Sequence) = (_incarnation, _own!.Next(Now));
        answer.SentAt = (uint)(ulong)Now.SinceBoot.TotalMilliseconds;
        _receiver.Echo(said.Sender, ref answer);
        return _frame.AsSpan(0, world.Authenticator.Seal(_frame, HeartbeatCodec.Encode(answer, world.Cluster, _frame))).ToArray();
    }
}
