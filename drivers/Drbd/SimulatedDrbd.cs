using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>A resource without a kernel: follows orders as DRBD would with a peer that is always there.</summary>
public sealed class SimulatedDrbd : IDrbd
{
    private const string NoDisk = "no disk is attached (Diskless)";

    public SimulatedDrbd(string resource) => Now = new DrbdStatus(
        resource, ConnectionState.StandAlone, ReplicaRole.Secondary, ReplicaRole.Unknown, DiskState.Diskless, DiskState.DUnknown);

    /// <summary>A test may change what it says.</summary>
    public DrbdStatus Now { get; set; }

    /// <summary>It does not answer: drbdsetup hangs.</summary>
    public bool Hangs { get; set; }

    public DrbdStatus? Status(out string problem)
    {
        problem = Hangs ? "drbdsetup status: abandoned and ended" : "";
        return Hangs ? null : Now;
    }

    public string? Order(ReplicaOrder order) => Hangs ? "drbdadm: abandoned and ended" : order switch
    {
        ReplicaOrder.Primary { Force: false } when Now.Disk != DiskState.UpToDate =>
            "State change failed: (-2) Need access to UpToDate data",
        ReplicaOrder.Primary when Now.PeerRole == ReplicaRole.Primary =>
            "State change failed: (-1) Multiple primaries not allowed by config",
        ReplicaOrder.Primary => Set(Now with { Role = ReplicaRole.Primary, Disk = DiskState.UpToDate }),
        ReplicaOrder.Secondary => Set(Now with { Role = ReplicaRole.Secondary }),
        ReplicaOrder.Connect => Set(Now with
        {
            Connection = ConnectionState.Connected, PeerRole = ReplicaRole.Secondary, PeerDisk = DiskState.UpToDate,
        }),
        ReplicaOrder.Disconnect => Set(Now with
        {
            Connection = ConnectionState.StandAlone, PeerRole = ReplicaRole.Unknown, PeerDisk = DiskState.DUnknown,
        }),
        ReplicaOrder.Invalidate { Peer: false } when Now.Disk == DiskState.Diskless => NoDisk,
        ReplicaOrder.Invalidate { Peer: false } => Set(Now with { Disk = DiskState.Inconsistent, Connection = ConnectionState.SyncTarget }),
        ReplicaOrder.Detach => Set(Now with { Disk = DiskState.Diskless }),
        ReplicaOrder.Outdate when Now.Role == ReplicaRole.Primary => "State change failed: (-9) Refusing to be Outdated while Primary",
        ReplicaOrder.Outdate => Set(Now with { Disk = DiskState.Outdated }),
        ReplicaOrder.SuspendIo => Set(Now with { Suspended = true }),
        ReplicaOrder.ResumeIo => Set(Now with { Suspended = false }),
        ReplicaOrder.Stop { FrontStays: false } => Down(),
        _ => null,
    };

    public string? CreateMetadata(bool force) => Now.Disk == DiskState.Diskless ? null : "Device is configured!";

    public string? Up() => Set(Now with { Disk = DiskState.Inconsistent, Connection = ConnectionState.WFConnection });

    /// <summary>How often the file was taken over.</summary>
    public int Adjusted { get; private set; }

    public string? Adjust()
    {
        Adjusted++;
        return Up();
    }

    public string? Down() => Now.Role == ReplicaRole.Primary
        ? "State change failed: (-12) Device is held open by someone"
        : Set(Now with { Disk = DiskState.Diskless, Connection = ConnectionState.StandAlone });

    public string? Attach() => Set(Now with { Disk = DiskState.UpToDate });

    private string? Set(DrbdStatus next)
    {
        Now = next;
        return null;
    }
}
