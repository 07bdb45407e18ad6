using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I14: the bytes that are sent are the bytes that the user gave, for the place that he gave: a buffer is nobody else's until
/// disk and socket are done with it.</summary>
public sealed class SameBytes(ReplicaWorld world) : ReplicaRule(world, "I14 same bytes")
{
    public override void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind is not (FrameKind.Write or FrameKind.ResyncData) || World.Oracle.MediumLies) return;
        for (var at = 0; at < payload.Length; at += Sector.Bytes)
        {
            var sector = (header.Offset + at) / Sector.Bytes;
            if (Sector.Read(payload.Slice(at, Sector.Bytes), sector) >= 0) continue;
            Break($"{Named(process.Node)} sends for sector {sector} bytes that no user wrote there");
            return;
        }
    }
}
