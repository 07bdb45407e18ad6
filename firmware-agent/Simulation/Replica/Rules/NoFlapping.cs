using Appliance.Core.Time;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>L5: once everything is mended and quiet, a connection stays.</summary>
public sealed class NoFlapping(ReplicaWorld world) : ReplicaRule(world, "L5 no flapping")
{
    private const int Most = 6;
    private int _sinceMended;

    public override void LinkUp()
    {
        if (World.MendedAt is { } mended && World.Timeline.Now - mended > TimeSpan.FromSeconds(10) && ++_sinceMended > Most)
            Break($"{_sinceMended} connections since everything was mended");
    }
}
