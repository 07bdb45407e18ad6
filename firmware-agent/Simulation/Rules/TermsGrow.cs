using Appliance.Core.Cluster;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Rules;

/// <summary>
/// Rule 3: a promotion has a term larger than any seen, and it is durable before it is spoken and before the first resource starts.
/// </summary>
public sealed class TermsGrow(World world) : Rule(world, "3 terms grow")
{
    public override void Promotion(Machine machine, int group, Vote vote)
    {
        var (truth, node) = (Truth.Groups[group], machine.Number);
        var disk = World.Oracle.OnDisk(machine, group);
        if (disk.Vote.Node != node || !disk.Held)
            Break($"{machine.Name} starts {Named(group)} but its disk says {disk.Vote}{(disk.Held ? "" : ", not held")}");
        else if (vote.Term <= truth.Tenure[node].Term)
            Break($"{machine.Name} starts {Named(group)} with term {vote.Term}; its own last was {truth.Tenure[node].Term}");
        else if (vote.Term <= Truth.TermSeen[node, group])
            Break($"{machine.Name} starts {Named(group)} with term {vote.Term}; it was told of {Truth.TermSeen[node, group]}");
    }

    public override void Spoken(Machine machine, in Heartbeat heartbeat)
    {
        if (machine.Disk.Problem.Length > 0 || machine.Disk.Stored is not { } stored) return;
        if (heartbeat.Incarnation > stored.Incarnation)
            Break($"{machine.Name} speaks as incarnation {heartbeat.Incarnation}; its disk says {stored.Incarnation}");
        for (var group = 0; group < heartbeat.GroupCount; group++)
        {
            var (spoken, disk) = (heartbeat.Groups[group].Vote, World.Oracle.OnDisk(machine, group).Vote);
            if (spoken > disk) Break($"{machine.Name} speaks of vote {spoken} in {Named(group)}; its disk says {disk}");
        }
    }
}
