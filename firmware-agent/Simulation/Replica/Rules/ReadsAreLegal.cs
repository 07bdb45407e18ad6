using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I3: every sector is a register: a read returns the last answered write, or one that was under way; nothing comes back after a
/// later write was answered.</summary>
public sealed class ReadsAreLegal(ReplicaWorld world) : ReplicaRule(world, "I3 reads are legal")
{
    public override void ReadDone(ReplicaProcess process, FrontRequest request, ReadOnlySpan<byte> bytes)
    {
        var ledger = World.Front.Ledger;
        for (var at = 0; at < request.Count; at++)
        {
            var sector = request.First + at;
            var content = Sector.Read(bytes.Slice(at * Sector.Bytes, Sector.Bytes), sector);
            if (ledger.MayHold(sector, content, request.Asked) || (content < 0 && World.Oracle.MediumLies)) continue;
            Break($"{Named(process.Node)}: a read of sector {sector} returns {Sector.Name(content)} instead of "
                + ledger.Choices(sector, request.Asked));
            return;
        }
    }
}
