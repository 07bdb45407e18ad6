namespace Appliance.Simulation.Replica.Rules;

/// <summary>L1: once everything is mended, every request is answered.</summary>
public sealed class EverythingIsAnswered(ReplicaWorld world) : ReplicaRule(world, "L1 everything is answered")
{
    public override void Settled()
    {
        if (World.Front.OpenCount > 0)
            Break($"{World.Front.OpenCount} requests were never answered, the first: {World.Front.Open.First()}");
    }
}
