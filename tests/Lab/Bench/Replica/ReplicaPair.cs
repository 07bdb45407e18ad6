using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>Both nodes of our replica over the room's wire: a serves, b receives.</summary>
public sealed class ReplicaPair : IBlockServer
{
    private static readonly TimeSpan SyncLimit = TimeSpan.FromMinutes(2);

    /// <summary>Starts a new history on both disks, copies all of it and returns when both are UpToDate.</summary>
    public ReplicaPair(BenchRoom room, string binary, string nearDisk, string farDisk)
    {
        foreach (var node in new[] { "a", "b" }) ApplianceServer.Forget(room, node);
        // a begins alone: it makes the history that b then copies.
        A = new ApplianceServer(room, binary,
            new ServeOptions { Namespace = room.NamespaceA, Disk = nearDisk, Peer = true });
        B = new ApplianceServer(room, binary,
            new ServeOptions { Node = "b", Namespace = room.NamespaceB, Disk = farDisk, Peer = true, Primary = false });
        AwaitWhole();
    }

    /// <summary>The node that serves at first.</summary>
    public ApplianceServer A { get; }

    /// <summary>The other one.</summary>
    public ApplianceServer B { get; }

    /// <inheritdoc/>
    public string Name => "appliance, protocol C";

    /// <inheritdoc/>
    public string Socket => A.Socket;

    /// <inheritdoc/>
    public IReadOnlyList<ProcessId> Processes => [A.Process, B.Process];

    /// <summary>Returns when both copies are whole and joined.</summary>
    public void AwaitWhole() => ControlSocket.Await(A.ControlPath, SyncLimit, "both copies UpToDate", view => view.IsWhole);

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
