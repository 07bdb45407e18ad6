using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>The kernel's DRBD, one resource. Calls block, bounded by a deadline.</summary>
public interface IDrbd
{
    /// <summary>How it stands; null and why not.</summary>
    DrbdStatus? Status(out string problem);

    /// <summary>Carries out an order; null: done, else why not.</summary>
    string? Order(ReplicaOrder order);

    /// <summary>Writes empty metadata (drbdadm create-md). Null: done, else why not.</summary>
    string? CreateMetadata(bool force);

    /// <summary>drbdadm up.</summary>
    string? Up();

    /// <summary>Takes over a file that has changed (drbdadm adjust).</summary>
    string? Adjust();

    /// <summary>drbdadm down.</summary>
    string? Down();

    /// <summary>Uses the disk again (drbdadm attach).</summary>
    string? Attach();
}
