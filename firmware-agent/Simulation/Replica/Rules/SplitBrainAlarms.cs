using Appliance.Core.Replica;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>L4: who gives up its peer says so aloud: StandAlone that no person ordered comes with an alarm.</summary>
public sealed class SplitBrainAlarms(ReplicaWorld world) : ReplicaRule(world, "L4 split brain alarms")
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private readonly (ReplicaProcess Process, Instant Since)?[] _alone = new (ReplicaProcess, Instant)?[2];
    private readonly Instant?[] _alarm = new Instant?[2];

    public override void Told(ReplicaProcess process, NewsKind news, string words)
    {
        if (news == NewsKind.Alarm) _alarm[process.Node] = World.Timeline.Now;
    }

    public override void Stepped(ReplicaProcess process)
    {
        var node = process.Node;
        if (process.Seen.Connection != ConnectionState.StandAlone || process.Link.IsWanted || !World.Hosts[node].WantsPeer)
        {
            _alone[node] = null;
            return;
        }

        if (_alone[node] is not { } alone || alone.Process != process) _alone[node] = alone = (process, World.Timeline.Now);
        var since = alone.Since;
        if (World.Timeline.Now - since > Soon && !(_alarm[node] is { } alarm && alarm - since > -Soon))
            Break($"{Named(node)} has been StandAlone since {since} ({process.Seen.Why}) without an alarm");
    }
}
