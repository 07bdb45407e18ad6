using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica;

/// <summary>One replica on two nodes, as an operator set it up.</summary>
/// <param name="Config">By node.</param>
/// <param name="DataBytes">Size of the volume.</param>
/// <param name="RegionShift">log2 of the bytes of a region; small, so that few requests reach every corner.</param>
public sealed record ReplicaSite(ReplicaConfig[] Config, long DataBytes, int RegionShift)
{
    public static ReplicaSite Any(Dice dice)
    {
        var blocks = dice.Pick([64, 128, 256, 512]);
        var first = new ReplicaConfig(
            "data", 0, ["a", "b"], dice.Below(10) switch { 0 => Protocol.A, 1 => Protocol.B, _ => Protocol.C },
            ResyncMin: 1 << 20, ResyncMax: dice.Pick([2 << 20, 100 << 20]))
        {
            Fencing = Fencing.ResourceOnly,
            OnNoData = dice.Chance(0.8) ? OnNoData.SuspendIo : OnNoData.IoError,
            HotRegionsMax = dice.Pick([3, 8, 1237]),
            AheadBytesMax = 256 << 10,
            UnstableBytesMax = dice.Pick([64 << 10, 32 << 20]),
            DiskTimeout = dice.Chance(0.3) ? TimeSpan.FromSeconds(2) : TimeSpan.Zero,
        };
        return new ReplicaSite([first, first with { Node = 1 }], (long)blocks * Geometry.BlockBytes, dice.Between(14, 16));
    }
}
