using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Disks;

/// <summary>One request on its way through a disk.</summary>
/// <param name="Kind">DiskRead, DiskWrite, DiskFlush or DiskZero.</param>
/// <param name="Area">Which part.</param>
/// <param name="Fua">Through to stable storage.</param>
/// <param name="Offset">Bytes.</param>
/// <param name="Length">Bytes; 0 for a flush.</param>
/// <param name="Memory">Read into or written from, at any moment until it is done, as a controller does.</param>
/// <param name="Done">Gets bytes or -errno.</param>
public sealed record DiskOperation(
    EffectKind Kind, DiskArea Area, bool Fua, long Offset, int Length, Memory<byte> Memory, Action<int> Done)
{
    /// <summary>Number among the disk's requests.</summary>
    public ulong Number { get; set; }

    /// <summary>Of a flush: the writes that were still under way when it began, which it does not promise.</summary>
    public HashSet<ulong> NotPromised { get; } = [];

    /// <summary>What the disk decided to answer.</summary>
    public int Result { get; set; }

    /// <summary>It has had its effect; only the answer is missing.</summary>
    public bool Happened { get; set; }

    /// <summary>Nobody waits for it any more.</summary>
    public bool Forgotten { get; set; }
}
